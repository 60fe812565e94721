import test from 'ava';
import {isMadeBy, targetClaim} from '../../../src/controllers/volume-restore/children.ts';
import {restoreTask} from '../../../src/controllers/volume-restore/steps/move.ts';
import type {ClaimTemplate, VolumeRestore, VolumeRestoreStatus} from '../../../src/api/v1alpha1/volume-restore.ts';
import {archiveId, claim, restore} from '../_objects.ts';

const template: ClaimTemplate = {
	metadata: {name: 'orders-db', labels: {app: 'orders', 'lazarette.dev/owner-uid': 'forged'}, annotations: {note: 'seeded'}},
	spec: {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '10Gi'}}, storageClassName: 'fast', volumeMode: 'Filesystem'},
};

const taskOf = (spec: Partial<VolumeRestore['spec']> = {}, status: VolumeRestoreStatus = {}) => restoreTask({restore: {...restore(spec), metadata: {...restore().metadata, namespace: 'shop'}}, status}, 'UserNamespaceRoot');

test('the claim of a claimTemplate', t => {
	t.snapshot(targetClaim(restore(), template));
});

test('a claim made by a restore outlives it: it has no owner', t => {
	t.is(targetClaim(restore(), template).metadata.ownerReferences, undefined);
});

test('a claim of that name made by anybody else is not taken for the restore\'s own', t => {
	t.true(isMadeBy(targetClaim(restore(), template), restore()));
	t.false(isMadeBy(claim(), restore()));
	t.false(isMadeBy(targetClaim({...restore(), metadata: {...restore().metadata, uid: 'another'}}, template), restore()));
});

test('a restore that says nothing about existing files wants an empty target', t => {
	t.is(taskOf().overwrite, 'RequireEmpty');
	t.is(taskOf({overwrite: 'IfNewer'}).overwrite, 'IfNewer');
});

test('the newest archive of a claim is looked for under the namespace that the claim was in', t => {
	t.deepEqual(taskOf().from, {claimName: 'orders-db', hostname: 'shop'});
	t.deepEqual(taskOf({from: {claimName: 'orders-db', namespace: 'old-shop', asOf: '2026-11-20T08:00:00Z', previous: 2}}).from, {claimName: 'orders-db', hostname: 'old-shop', asOf: '2026-11-20T08:00:00Z', previous: 2});
	t.deepEqual(taskOf({from: {archive: '4bba301e'}}).from, {archive: '4bba301e'});
});

test('every attempt restores the archive that the first one found', t => {
	t.deepEqual(taskOf({}, {archive: archiveId}).from, {archive: archiveId});
});
