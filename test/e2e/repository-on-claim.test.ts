import {volumeBackups} from '../../src/controllers/resources.ts';
import {applyBackup, backUp, claimWith, conditionOf, emptyClaim, noLeftovers, repositoryFor, restoreInto, sameTree, spaceOf, testWith, waitForReason} from './_cluster.ts';

const test = testWith('snapshots');

test('a repository on a claim, for a cluster without an object store', async t => {
	const [claim, vault] = await Promise.all([claimWith(t), emptyClaim(t, {name: 'vault'})]);
	const repository = await repositoryFor(t, {filesystem: {claimName: vault.name, path: 'backups/shop'}});
	t.is(repository.current().status.summary?.storage, 'claim vault');

	const first = await backUp(t, claim);
	t.is(first.status.outcome, 'Succeeded', conditionOf(first, 'Ready')?.message);
	const second = await backUp(t, claim);
	t.is(second.status.volumes[0].parent, first.status.volumes[0].archive);
	await sameTree(t, await restoreInto(t, second, 'fresh'), claim);
	await noLeftovers(t);

	const space = await spaceOf(t);
	const name = await applyBackup(t, vault, {capture: {method: 'Direct'}});
	const refused = await waitForReason(space, volumeBackups, name, 'NotAllowed');
	t.regex(conditionOf(refused, 'Ready')!.message, /claim vault holds the repository itself/v);
});
