import {volumeBackups} from '../../src/controllers/resources.ts';
import {volumeSnapshots} from '../../src/kube/snapshot-resources.ts';
import {applyBackup, claimWith, conditionOf, noLeftovers, repositoryFor, spaceOf, testWith, waitForReason} from './_cluster.ts';
import {ended} from './_conditions.ts';
import {moverJobs} from './_movers.ts';

const test = testWith('snapshots', 'test-classes');

test('a snapshot that the driver refuses is reported in the driver\'s words, and the run ends at its deadline without a trace', async t => {
	const [claim] = await Promise.all([claimWith(t), repositoryFor(t)]);
	const space = await spaceOf(t);
	const name = await applyBackup(t, claim, {capture: {method: 'Snapshot', snapshotClassName: 'btrfs-broken'}, activeDeadlineSeconds: 20});
	const waiting = await waitForReason(space, volumeBackups, name, 'SnapshotNotReady');
	t.regex(conditionOf(waiting, 'Ready')!.message, /the driver could not make VolumeSnapshot .* of claim data and tries again: .*snapshot refused by class parameter/v);
	t.is(conditionOf(waiting, 'Reconciling')?.status, 'True');
	t.is(conditionOf(waiting, 'Captured')?.status, 'False');
	t.is(space.seen.ever(volumeSnapshots).length, 1);

	const backup = await ended(space, volumeBackups, name);
	t.is(backup.status.outcome, 'Failed');
	t.is(conditionOf(backup, 'Ready')?.reason, 'DeadlineExceeded');
	t.regex(conditionOf(backup, 'Ready')!.message, /snapshot refused by class parameter/v);
	t.is(moverJobs(space, backup).length, 0);
	await noLeftovers(t);
});

test('a snapshot class that does not exist is named', async t => {
	const [claim] = await Promise.all([claimWith(t), repositoryFor(t)]);
	const space = await spaceOf(t);
	const name = await applyBackup(t, claim, {capture: {snapshotClassName: 'imagined'}});
	const stalled = await waitForReason(space, volumeBackups, name, 'SnapshotClassMissing');
	t.regex(conditionOf(stalled, 'Ready')!.message, /there is no VolumeSnapshotClass imagined for driver btrfs.* of claim data/v);
	t.is(space.seen.ever(volumeSnapshots).length, 0);
});
