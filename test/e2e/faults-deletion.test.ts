import {volumeBackups, volumeRestores} from '../../src/controllers/resources.ts';
import {persistentVolumeClaims} from '../../src/kube/resources.ts';
import {volumeSnapshots} from '../../src/kube/snapshot-resources.ts';
import {applyBackup, applyRestore, backUp, claimWith, conditionOf, noLeftovers, repositoryFor, restic, spaceOf, storeGate, testWith} from './_cluster.ts';
import {runningMover} from './_movers.ts';

const test = testWith('snapshots', 'node');

const storesData = {matches: ({method, path}: {method: string; path: string}): boolean => method === 'PUT' && path.includes('/data/'), when: 'before'} as const;

test('a backup that is deleted while it runs takes its mover, its snapshot and its claim with it, and gives its lock back', async t => {
	const gate = await storeGate(t);
	const [claim, repository] = await Promise.all([claimWith(t), repositoryFor(t, {s3: {endpoint: gate.endpoint}})]);
	const space = await spaceOf(t);
	const reached = gate.stopAt(storesData);
	const name = await applyBackup(t, claim);
	await reached;
	t.is(space.seen.present(volumeSnapshots).length, 1);
	t.is(space.seen.present(persistentVolumeClaims).length, 2);

	gate.open();
	await space.remove(volumeBackups, name);
	await noLeftovers(t);
	t.deepEqual(space.seen.present(persistentVolumeClaims).map(({metadata}) => metadata.name), [claim.name]);
	t.regex(await restic(repository, 'check'), /no errors were found/v);
});

test('a backup that is deleted while its store does not answer takes everything with it all the same, and the next backup is not held up', async t => {
	const gate = await storeGate(t);
	const [claim] = await Promise.all([claimWith(t), repositoryFor(t, {s3: {endpoint: gate.endpoint}})]);
	const space = await spaceOf(t);
	const reached = gate.stopAt(storesData);
	const name = await applyBackup(t, claim);
	await reached;
	await gate.close();
	await space.remove(volumeBackups, name);
	await space.seen.until('its children are gone', () => space.seen.present(volumeSnapshots).length === 0 && space.seen.present(persistentVolumeClaims).length === 1, 60_000);

	gate.open();
	await gate.reopen();
	const next = await backUp(t, claim);
	t.is(next.status.outcome, 'Succeeded', conditionOf(next, 'Ready')?.message);
});

test('a restore that is deleted while it runs leaves its claim and nothing else', async t => {
	const gate = await storeGate(t);
	const [claim] = await Promise.all([claimWith(t), repositoryFor(t, {s3: {endpoint: gate.endpoint}})]);
	const space = await spaceOf(t);
	const backup = await backUp(t, claim);
	const reached = gate.stopAt({matches: ({method, path}) => method === 'GET' && path.includes('/data/'), when: 'before'});
	const name = await applyRestore(t, backup, 'fresh');
	await reached;
	await runningMover(space, space.seen.get(volumeRestores, name)!);
	gate.open();
	await space.remove(volumeRestores, name);
	await noLeftovers(t);
	t.deepEqual(space.seen.present(persistentVolumeClaims).map(({metadata}) => metadata.name).toSorted(), ['data', 'fresh']);
});

test('a namespace that is deleted in the middle of a run goes away', async t => {
	const gate = await storeGate(t);
	const [claim] = await Promise.all([claimWith(t), repositoryFor(t, {s3: {endpoint: gate.endpoint}})]);
	const space = await spaceOf(t);
	const reached = gate.stopAt(storesData);
	await applyBackup(t, claim);
	await reached;
	await gate.close();
	const seconds = await space.dissolve();
	t.log(`${seconds.toFixed(1)} s`);
	t.is(space.seen.present(volumeBackups).length, 0);
});
