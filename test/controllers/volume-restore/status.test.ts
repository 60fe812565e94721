import test from 'ava';
import {checkConditions} from '../../../src/api/v1alpha1/check-conditions.ts';
import {kstatus} from '../../../src/api/v1alpha1/kstatus.ts';
import {reasonsByKind} from '../../../src/api/v1alpha1/reasons-by-kind.ts';
import {reasonClass} from '../../../src/api/v1alpha1/reasons.ts';
import type {ReadyReason} from '../../../src/api/v1alpha1/reasons.ts';
import type {VolumeRestoreStatus} from '../../../src/api/v1alpha1/volume-restore.ts';
import {conclusionOf, restoreStatus} from '../../../src/controllers/volume-restore/status.ts';
import {ago, archiveId, now, restore} from '../_objects.ts';

const frame = {generation: 1, now};
const message = 'claim orders-db is looked at; it goes on by itself';
const checked = (status: VolumeRestoreStatus) => ({...restore(), status});
const reasonsOf = (...classes: string[]): ReadyReason[] => reasonsByKind.VolumeRestore.filter(reason => classes.includes(reasonClass(reason)));
const conditionOf = (status: VolumeRestoreStatus, type: string) => status.conditions!.find(condition => condition.type === type)!;

const draft = (change: VolumeRestoreStatus = {}): VolumeRestoreStatus => ({startTime: ago(90), claimName: 'orders-db', ...change});
const succeeded = draft({outcome: 'Succeeded', completionTime: ago(0), archive: archiveId, filesTotal: 3, filesRestored: 3, filesSkipped: 0, bytesRestored: 2048});

test('whatever a restore waits for or fails with, its status keeps the contract', t => {
	for (const reason of reasonsOf('underWay', 'waiting', 'person')) {
		const status = restoreStatus(draft(), {reason, message, goesOn: reasonClass(reason) !== 'person'}, frame);
		t.deepEqual(checkConditions(checked(status)), []);
	}

	for (const reason of reasonsOf('person', 'failed')) {
		const status = restoreStatus(draft({outcome: 'Failed', completionTime: ago(0)}), {reason, message}, frame);
		t.deepEqual(checkConditions(checked(status)), []);
		t.is(kstatus(checked(status)), 'Failed');
	}
});

test('a restore that is done tells what it wrote and where', t => {
	const status = restoreStatus(succeeded, conclusionOf(succeeded), frame);
	t.deepEqual(checkConditions(checked(status)), []);
	t.is(kstatus(checked(status)), 'Current');
	t.like(conditionOf(status, 'Resolved'), {status: 'True', reason: 'ArchiveFound'});
	t.like(conditionOf(status, 'DataRestored'), {status: 'True', reason: 'FilesRestored'});
	t.is(conditionOf(status, 'Ready').message, 'archive 4bba301e is in claim orders-db: 3 files were written');
	t.deepEqual(status.summary, {archive: '4bba301e', target: 'orders-db', restored: '2.0 KiB', duration: '1m30s'});
});

test('files that were there and entries that could not be restored are told apart', t => {
	const partly = {...succeeded, outcome: 'SucceededWithWarnings' as const, filesRestored: 1, filesUnchanged: 2, filesSkipped: 1};
	t.is(conclusionOf(partly).message, 'archive 4bba301e is in claim orders-db: 1 file was written, 2 were there already; 1 entry was not restored in full, see skipped');
});

test('a restore that left damaged files out has failed, and tells what is there and how much is not', t => {
	const partly = draft({outcome: 'Failed', completionTime: ago(0), archive: archiveId, filesTotal: 2, filesRestored: 2, filesUnchanged: 0, filesSkipped: 1, skipped: [{path: '/lost', reason: 'ContentDamaged'}]});
	const status = restoreStatus(partly, {reason: 'RepositoryDamaged', message: '1 entry of archive 4bba301e was left out'}, frame);
	t.deepEqual(checkConditions(checked(status)), []);
	t.is(kstatus(checked(status)), 'Failed');
	t.like(conditionOf(status, 'Succeeded'), {status: 'False', reason: 'RepositoryDamaged'});
	t.like(conditionOf(status, 'DataRestored'), {status: 'False', reason: 'RepositoryDamaged', message: '2 files were written, and 1 entry is not in the target as the archive has them; Ready says why'});
});

test('a target that the spec allows to be left empty is no restored data', t => {
	const {archive: _archive, ...left} = succeeded;
	const status = restoreStatus(left, conclusionOf(left), frame);
	t.deepEqual(checkConditions(checked(status)), []);
	t.like(conditionOf(status, 'Resolved'), {status: 'False', reason: 'LeftEmpty'});
	t.like(conditionOf(status, 'DataRestored'), {status: 'False', reason: 'LeftEmpty'});
	t.like(conditionOf(status, 'Ready'), {status: 'True'});
});

test('an archive that was found stays known while the mover is tried again', t => {
	const status = restoreStatus(draft({archive: archiveId}), {reason: 'Retrying', message, goesOn: true}, frame);
	t.deepEqual(checkConditions(checked(status)), []);
	t.like(conditionOf(status, 'Resolved'), {status: 'True'});
	t.like(conditionOf(status, 'DataRestored'), {status: 'False', reason: 'Retrying'});
});
