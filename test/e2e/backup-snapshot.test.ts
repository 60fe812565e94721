import {abilities, backUp, claimWith, conditionOf, noLeftovers, repositoryFor, restic, resticTree, restoreInto, sameTree, startWriter, testWith, treeOf} from './_cluster.ts';

const test = testWith('snapshots');
const testWithClasses = testWith('snapshots', 'test-classes');

test('a claim that is being written to is backed up as it was at one instant, and restored so', async t => {
	const [claim, repository] = await Promise.all([claimWith(t), repositoryFor(t)]);
	const writer = await startWriter(t, claim);

	const backup = await backUp(t, claim);
	const stepAfter = await writer.step();
	t.is(backup.status.outcome, 'Succeeded', conditionOf(backup, 'Ready')?.message);
	const [volume] = backup.status.volumes;
	t.like(volume, {claimName: claim.name, outcome: 'Succeeded', filesSkipped: 0, capture: {method: 'Snapshot', reason: 'SnapshotClassFound'}});
	t.truthy(volume.capturedAt);

	const restored = await restoreInto(t, backup, 'fresh');
	t.is(restored.restore.status.outcome, 'Succeeded', conditionOf(restored.restore, 'Ready')?.message);
	const step = await writer.holdsOneInstant(t, restored);
	t.true(step > 0 && step <= stepAfter);

	// restic has its own idea of what the archive holds.
	if (abilities.has('node')) await sameTree(t, restored, await resticTree(t, repository, volume.archive!, claim.name));
	t.regex(await restic(repository, 'check', '--read-data'), /no errors were found/v);
	await noLeftovers(t);
});

test('a claim that no pod uses is backed up by a snapshot too, and the second archive adds nothing', async t => {
	const [claim] = await Promise.all([claimWith(t), repositoryFor(t)]);
	const before = await treeOf(claim);
	const first = await backUp(t, claim);
	const second = await backUp(t, claim);
	t.is(first.status.outcome, 'Succeeded', conditionOf(first, 'Ready')?.message);
	t.is(second.status.outcome, 'Succeeded', conditionOf(second, 'Ready')?.message);

	const [{filesTotal, archive}] = first.status.volumes;
	t.like(second.status.volumes[0], {capture: {method: 'Snapshot'}, parent: archive, filesTotal, filesNew: 0, filesChanged: 0, filesUnmodified: filesTotal});
	t.is(second.status.bytesAdded, 0);
	await sameTree(t, claim, before);
	await sameTree(t, await restoreInto(t, second, 'fresh'), before);
	await noLeftovers(t);
});

testWithClasses('a clone serves where the spec asks for one', async t => {
	const [claim] = await Promise.all([claimWith(t), repositoryFor(t)]);
	const writer = await startWriter(t, claim);
	const backup = await backUp(t, claim, {capture: {method: 'Clone'}});
	t.is(backup.status.outcome, 'Succeeded', conditionOf(backup, 'Ready')?.message);
	t.like(backup.status.volumes[0].capture, {method: 'Clone', reason: 'AskedFor'});
	await writer.holdsOneInstant(t, await restoreInto(t, backup, 'fresh'));
	await noLeftovers(t);
});

testWithClasses('a driver that takes its time with a snapshot is waited for', async t => {
	const [claim] = await Promise.all([claimWith(t), repositoryFor(t)]);
	const backup = await backUp(t, claim, {capture: {method: 'Snapshot', snapshotClassName: 'btrfs-slow'}});
	t.is(backup.status.outcome, 'Succeeded', conditionOf(backup, 'Ready')?.message);
	t.like(backup.status.volumes[0].capture, {method: 'Snapshot', reason: 'AskedFor', snapshotClassName: 'btrfs-slow'});
	await noLeftovers(t);
});
