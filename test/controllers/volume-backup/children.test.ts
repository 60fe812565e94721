import test from 'ava';
import {snapshotName, stagedClaim, stagedClaimName, volumeSnapshot} from '../../../src/controllers/volume-backup/children.ts';
import type {VolumeSnapshot} from '../../../src/kube/snapshot-resources.ts';
import {backup, claim} from '../_objects.ts';

const snapshotOf = (restoreSize?: string): VolumeSnapshot => ({...volumeSnapshot(backup(), 'orders-db', 'csi'), status: {readyToUse: true, ...(restoreSize && {restoreSize})}});
const sizeOf = (source = claim(), restoreSize?: string): string => stagedClaim(backup(), source, {kind: 'snapshot', snapshot: snapshotOf(restoreSize)}, {method: 'Auto'}).spec!.resources!.requests!['storage']!;

test('the snapshot of a claim', t => {
	t.snapshot(volumeSnapshot(backup(), 'orders-db', 'csi'));
});

test('the temporary claim made from a snapshot', t => {
	t.snapshot(stagedClaim(backup(), claim(), {kind: 'snapshot', snapshot: snapshotOf('12Gi')}, {method: 'Auto'}));
});

test('the temporary claim that is a clone, of a class of its own', t => {
	t.snapshot(stagedClaim(backup(), claim(), {kind: 'clone'}, {method: 'Clone', stagedStorageClassName: 'cheap'}));
});

test('a temporary claim is as large as its source and as its snapshot asks for', t => {
	t.is(sizeOf(claim(), '12Gi'), '12Gi');
	t.is(sizeOf(claim(), '512Mi'), '10Gi');
	t.is(sizeOf(claim()), '10Gi');
	t.is(sizeOf(claim(), 'rubbish'), '10Gi');
});

test('a temporary claim is mounted by one mover, so ReadWriteOnce is enough where the driver has it', t => {
	const modes = (accessModes: string[]): string[] => stagedClaim(backup(), claim('orders-db', {accessModes}), {kind: 'clone'}, {method: 'Clone'}).spec!.accessModes!;
	t.deepEqual(modes(['ReadWriteMany', 'ReadWriteOnce']), ['ReadWriteOnce']);
	t.deepEqual(modes(['ReadWriteMany']), ['ReadWriteMany']);
	t.deepEqual(modes(['ReadWriteOncePod']), ['ReadWriteOncePod']);
});

test('each claim of a backup has children of its own', t => {
	t.not(snapshotName(backup(), 'a'), snapshotName(backup(), 'b'));
	t.not(stagedClaimName(backup(), 'a'), stagedClaimName(backup(), 'b'));
});
