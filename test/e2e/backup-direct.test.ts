import {pods} from '../../src/kube/resources.ts';
import {volumeBackups} from '../../src/controllers/resources.ts';
import {applyBackup, backUp, claimWith, conditionOf, ended, noLeftovers, repositoryFor, restoreInto, sameTree, spaceOf, testWith, treeOf, useClaim, waitForReason} from './_cluster.ts';
import {moverPods} from './_movers.ts';

const test = testWith('test-classes', 'node');

test('a claim in use whose driver makes no snapshots is read live beside its pod, read-only, and status says why', async t => {
	const [claim] = await Promise.all([claimWith(t, {storageClass: 'plain'}), repositoryFor(t)]);
	const user = await useClaim(t, claim);
	const before = await treeOf(claim);

	const backup = await backUp(t, claim);
	t.is(backup.status.outcome, 'Succeeded', conditionOf(backup, 'Ready')?.message);
	const [volume] = backup.status.volumes;
	t.like(volume.capture, {method: 'Direct', reason: 'CoLocated', node: user.spec!.nodeName});
	t.regex(volume.capture!.message!, new RegExp(`no snapshot of driver .* is used.*read-only on node ${user.spec!.nodeName}, beside pod ${user.metadata.name}`, 'v'));
	t.is(volume.node, user.spec!.nodeName);
	t.truthy(volume.capturedAt);
	t.deepEqual(conditionOf(backup, 'Captured')?.reason, 'LiveRead');

	const space = await spaceOf(t);
	const [mover] = moverPods(space, backup);
	t.deepEqual(mover!.spec!.affinity!.nodeAffinity!.requiredDuringSchedulingIgnoredDuringExecution!.nodeSelectorTerms[0]!.matchFields![0]!.values, [user.spec!.nodeName]);
	t.true(mover!.spec!.volumes!.find(({name}) => name === 'volume')!.persistentVolumeClaim!.readOnly);
	t.is(space.seen.get(pods, user.metadata.name)?.status?.phase, 'Running');

	await sameTree(t, claim, before);
	await sameTree(t, await restoreInto(t, backup, 'fresh'), before);
	await noLeftovers(t);
});

test('a claim that no pod uses is read directly where there are no snapshots', async t => {
	const [claim] = await Promise.all([claimWith(t, {storageClass: 'plain'}), repositoryFor(t)]);
	const backup = await backUp(t, claim);
	t.is(backup.status.outcome, 'Succeeded', conditionOf(backup, 'Ready')?.message);
	t.like(backup.status.volumes[0].capture, {method: 'Direct', reason: 'Unmounted'});
	await sameTree(t, await restoreInto(t, backup, 'fresh', {storageClass: 'plain'}), claim);
	await noLeftovers(t);
});

test('a snapshot that nobody can make is missed before anything is created', async t => {
	const [claim] = await Promise.all([claimWith(t, {storageClass: 'plain'}), repositoryFor(t)]);
	const space = await spaceOf(t);
	const name = await applyBackup(t, claim, {capture: {method: 'Snapshot'}});
	const backup = await waitForReason(space, volumeBackups, name, 'SnapshotClassMissing');
	t.regex(conditionOf(backup, 'Ready')!.message, /no VolumeSnapshotClass serves driver plain.* of claim data.*capture\.method/v);
	t.is(moverPods(space, backup).length, 0);
});

test('a ReadWriteOncePod claim in use cannot be read beside its pod, and is once the pod has stopped', async t => {
	const [claim] = await Promise.all([claimWith(t, {storageClass: 'plain', accessMode: 'ReadWriteOncePod'}), repositoryFor(t)]);
	const user = await useClaim(t, claim);
	const space = await spaceOf(t);
	const name = await applyBackup(t, claim);
	const waiting = await waitForReason(space, volumeBackups, name, 'AccessModeUnsupported');
	t.regex(conditionOf(waiting, 'Ready')!.message, new RegExp(`claim data is ReadWriteOncePod and pod ${user.metadata.name} uses it.*stop the pod`, 'v'));
	t.is(conditionOf(waiting, 'Stalled')?.status, 'True');

	await space.remove(pods, user.metadata.name, {gracePeriodSeconds: 0});
	const backup = await ended(space, volumeBackups, name);
	t.is(backup.status.outcome, 'Succeeded', conditionOf(backup, 'Ready')?.message);
	await noLeftovers(t);
});
