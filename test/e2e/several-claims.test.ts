import {volumeBackups} from '../../src/controllers/resources.ts';
import {applyBackup, backUp, claimWith, conditionOf, emptyClaim, ended, noLeftovers, repositoryFor, restoreInto, sameTree, spaceOf, testWith} from './_cluster.ts';
import {moverJobs} from './_movers.ts';
import {runScript} from './_pods.ts';

const test = testWith('snapshots');

const labels = {app: 'shop'};
const source = {claimSelector: {matchLabels: labels}};

test('one backup takes all claims with a label, each into an archive of its own, and no other claim', async t => {
	const [first, second] = await Promise.all([
		claimWith(t, {name: 'orders', labels}),
		claimWith(t, {name: 'photos', labels}),
		claimWith(t, {name: 'unrelated', labels: {app: 'other'}}),
		repositoryFor(t),
	]);
	const backup = await backUp(t, undefined, {source});
	t.is(backup.status.outcome, 'Succeeded', conditionOf(backup, 'Ready')?.message);
	t.deepEqual(backup.status.volumes.map(({claimName, outcome}) => [claimName, outcome]), [['orders', 'Succeeded'], ['photos', 'Succeeded']]);
	t.is(new Set(backup.status.volumes.map(({archive}) => archive)).size, 2);
	t.is(backup.status.summary?.source, '2 claims');

	// Among all archives of the repository, each claim finds its own.
	await sameTree(t, await restoreInto(t, first, 'orders-again'), first);
	await sameTree(t, await restoreInto(t, second, 'photos-again'), second);
	await noLeftovers(t);
});

test('a claim that fails does not keep the others from their archives, and the run has failed all the same', async t => {
	await Promise.all([claimWith(t, {name: 'empty', labels, files: 'none'}), claimWith(t, {name: 'good', labels}), repositoryFor(t)]);
	const space = await spaceOf(t);
	const backup = await backUp(t, undefined, {source});
	t.is(backup.status.outcome, 'Failed');
	t.deepEqual(backup.status.volumes.map(({claimName, outcome, reason, archive}) => [claimName, outcome, reason, archive !== undefined]), [['empty', 'Failed', 'SourceEmpty', false], ['good', 'Succeeded', 'Succeeded', true]]);
	t.like(conditionOf(backup, 'Ready'), {status: 'False', reason: 'SourceEmpty'});
	t.regex(conditionOf(backup, 'Ready')!.message, /empty/v);
	t.is(moverJobs(space, backup).length, 2);
	await sameTree(t, await restoreInto(t, {name: 'good'}, 'good-again'), {name: 'good', space});
	await noLeftovers(t);
});

test('a claim that must be waited for does not hold up the others', async t => {
	await Promise.all([claimWith(t, {name: 'bound', labels}), emptyClaim(t, {name: 'unbound', labels}), repositoryFor(t)]);
	const space = await spaceOf(t);
	const name = await applyBackup(t, undefined, {source});
	const waiting = await space.seen.until('the bound claim has its archive', () => {
		const backup = space.seen.get(volumeBackups, name);
		return backup?.status.volumes?.find(({claimName}) => claimName === 'bound')?.outcome ? backup : undefined;
	});
	t.is(waiting.status.outcome, undefined);
	t.is(conditionOf(waiting, 'Ready')?.reason, 'ClaimNotBound');
	t.regex(conditionOf(waiting, 'Ready')!.message, /1 of 2 claims done; claim unbound: claim unbound has no volume yet/v);

	await runScript(space, {claims: {'/data': 'unbound'}, script: 'echo here > /data/file; sync; sleep 3'});
	const backup = await ended(space, volumeBackups, name);
	t.is(backup.status.volumes?.find(({claimName}) => claimName === 'bound')?.outcome, 'Succeeded');
	t.is(backup.status.volumes?.length, 2);
	await noLeftovers(t);
});
