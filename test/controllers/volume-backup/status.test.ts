import test from 'ava';
import * as fc from 'fast-check';
import {checkConditions, checkHistory} from '../../../src/api/v1alpha1/check-conditions.ts';
import {kstatus} from '../../../src/api/v1alpha1/kstatus.ts';
import {reasonsByKind} from '../../../src/api/v1alpha1/reasons-by-kind.ts';
import {reasonClass} from '../../../src/api/v1alpha1/reasons.ts';
import type {ReadyReason} from '../../../src/api/v1alpha1/reasons.ts';
import type {VolumeBackupStatus, VolumeStatus} from '../../../src/api/v1alpha1/volume-backup.ts';
import {backupStatus, conclusionOf} from '../../../src/controllers/volume-backup/status.ts';
import {ago, archiveId, backup, now} from '../_objects.ts';

const frame = {generation: 1, now};
const message = 'claim orders-db is looked at; it goes on by itself';
const checked = (status: VolumeBackupStatus) => ({...backup(), status});
const reasonsOf = (...classes: string[]): ReadyReason[] => reasonsByKind.VolumeBackup.filter(reason => classes.includes(reasonClass(reason)));

const archived = (claimName: string, change: Partial<VolumeStatus> = {}): VolumeStatus => ({claimName, outcome: 'Succeeded', reason: 'Succeeded', message: '3 files', archive: archiveId, capture: {method: 'Direct', reason: 'Unmounted'}, node: 'node-1', bytesAdded: 1024, filesSkipped: 0, ...change});
const lost = (claimName: string, reason = 'MoverFailed'): VolumeStatus => ({claimName, outcome: 'Failed', reason, message: 'the mover ended early'});
const ended = (outcome: 'Succeeded' | 'SucceededWithWarnings' | 'Failed', volumes: VolumeStatus[]): VolumeBackupStatus => ({startTime: ago(90), completionTime: ago(0), outcome, volumes});
const conclude = (draft: VolumeBackupStatus): VolumeBackupStatus => backupStatus(draft, conclusionOf(draft), frame);
const ready = (status: VolumeBackupStatus) => status.conditions!.find(({type}) => type === 'Ready')!;

test('whatever a run waits for, its status keeps the contract', t => {
	for (const reason of reasonsOf('underWay', 'waiting')) {
		const status = backupStatus({startTime: ago(5), volumes: [{claimName: 'orders-db'}]}, {reason, message, goesOn: true}, frame);
		t.deepEqual(checkConditions(checked(status)), []);
		t.is(kstatus(checked(status)), 'InProgress');
	}
});

test('a run that waits for a person is Stalled, and has not ended', t => {
	for (const reason of reasonsOf('person')) {
		const status = backupStatus({startTime: ago(5), volumes: [{claimName: 'orders-db'}]}, {reason, message}, frame);
		t.deepEqual(checkConditions(checked(status)), []);
		t.is(kstatus(checked(status)), 'Failed');
		t.is(status.conditions!.find(({type}) => type === 'Succeeded'), undefined);
	}
});

test('a run that failed says so in every condition, whatever the reason', t => {
	for (const reason of reasonsOf('person', 'failed')) {
		const status = conclude(ended('Failed', [lost('orders-db', reason)]));
		t.deepEqual(checkConditions(checked(status)), []);
		t.like(ready(status), {status: 'False', reason, message: 'the mover ended early'});
	}
});

test('a backup of one claim tells which archive it is', t => {
	const status = conclude(ended('Succeeded', [archived('orders-db')]));
	t.deepEqual(checkConditions(checked(status)), []);
	t.is(kstatus(checked(status)), 'Current');
	t.is(ready(status).message, 'claim orders-db is archived as 4bba301e');
	t.deepEqual(status.summary, {source: 'orders-db', archive: '4bba301e', added: '1.0 KiB', duration: '1m30s', node: 'node-1'});
	t.like(status, {bytesAdded: 1024, durationSeconds: 90});
});

test('one unreadable file is a warning that the message counts', t => {
	const volume = archived('orders-db', {outcome: 'SucceededWithWarnings', filesSkipped: 1});
	const status = conclude(ended('SucceededWithWarnings', [volume, archived('logs', {node: 'node-2'})]));
	t.deepEqual(checkConditions(checked(status)), []);
	t.is(ready(status).message, '2 of 2 claims archived; 1 entry could not be read (onUnreadableFile: Warn)');
	t.like(status.summary, {source: '2 claims', archive: '2 archives', added: '2.0 KiB', node: '2 nodes'});
});

test('a warning that is no unreadable file is told in the mover\'s words', t => {
	const volume = archived('orders-db', {outcome: 'SucceededWithWarnings', message: '0 files in archive 4bba301e; the source is empty'});
	t.regex(ready(conclude(ended('SucceededWithWarnings', [volume]))).message, /the source is empty/v);
});

test('one failed claim fails the run, and the others keep their archives', t => {
	const status = conclude(ended('Failed', [archived('logs'), lost('orders-db', 'CaptureFailed')]));
	t.deepEqual(checkConditions(checked(status)), []);
	t.like(ready(status), {reason: 'CaptureFailed', message: '1 of 2 claims failed; claim orders-db: the mover ended early'});
	t.is(status.volumes![0]!.archive, archiveId);
});

test('Captured tells how the claims were captured, and only when all are', t => {
	const captured = (volumes: VolumeStatus[]) => backupStatus({startTime: ago(5), volumes}, {reason: 'Moving', message, goesOn: true}, frame).conditions!.find(({type}) => type === 'Captured')!;
	const byDirect: VolumeStatus = {claimName: 'a', capture: {method: 'Direct', reason: 'Unmounted'}};
	const cutting: VolumeStatus = {claimName: 'b', capture: {method: 'Snapshot', reason: 'SnapshotClassFound'}};
	t.like(captured([byDirect]), {status: 'True', reason: 'LiveRead'});
	t.like(captured([byDirect, cutting]), {status: 'False', reason: 'Moving'});
	t.like(captured([byDirect, {...cutting, capturedAt: ago(1)}]), {status: 'True', reason: 'SeveralWays'});
	t.like(captured([{...cutting, capturedAt: ago(1)}]), {status: 'True', reason: 'SnapshotTaken'});
	t.like(captured([{claimName: 'c', capture: {method: 'Clone', reason: 'AskedFor'}}]), {status: 'False'});
});

test('every way through the reasons to either end keeps the contract at each step', t => {
	const step = fc.constantFrom(...reasonsOf('underWay', 'waiting', 'person'));
	const end = fc.constantFrom(ended('Succeeded', [archived('orders-db')]), ended('SucceededWithWarnings', [archived('orders-db', {outcome: 'SucceededWithWarnings', filesSkipped: 2})]), ended('Failed', [lost('orders-db', 'RetriesExhausted')]));
	fc.assert(fc.property(fc.array(step, {maxLength: 12}), end, (way, last) => {
		let status: VolumeBackupStatus = {startTime: last.startTime!, volumes: [{claimName: 'orders-db'}]};
		const states = way.map((reason, index) => {
			status = backupStatus(status, {reason, message, goesOn: reasonClass(reason) !== 'person'}, {generation: 1, now: new Date(now.getTime() + index * 1000)});
			return checked(status);
		});
		const draft = {...status, ...last};
		states.push(checked(backupStatus(draft, conclusionOf(draft), {generation: 1, now: new Date(now.getTime() + 60_000)})));
		t.deepEqual(checkHistory([checked({observedGeneration: -1}), ...states]), []);
	}), {numRuns: 300});
});
