import test from 'ava';
import {kstatus} from '../../src/api/v1alpha1/kstatus.ts';
import {available, condition, failedRun, reconciling, stalled, succeededBackup, unseen, without} from './_statuses.ts';

test('an object that nobody has seen is in progress, never current', t => {
	t.is(kstatus(unseen('VolumeBackup')), 'InProgress');
});

test('without the default status kstatus would take a new object for current', t => {
	t.is(kstatus({metadata: {generation: 1}}), 'Current');
});

test('a new generation is in progress until it is observed', t => {
	t.is(kstatus({...available(), metadata: {generation: 2}}), 'InProgress');
});

test('Ready=False alone reads as in progress, so a failure needs Stalled', t => {
	t.is(kstatus(without(failedRun('VolumeBackup', 'SourceEmpty'), 'Stalled')), 'InProgress');
	t.is(kstatus(failedRun('VolumeBackup', 'SourceEmpty')), 'Failed');
});

test('work under way is in progress, what a person must mend has failed, what succeeded is current', t => {
	t.is(kstatus(reconciling('VolumeBackup', 'Moving')), 'InProgress');
	t.is(kstatus(stalled('BackupRepository', 'WrongPassword')), 'Failed');
	t.is(kstatus(succeededBackup()), 'Current');
});

test('Ready=Unknown is in progress', t => {
	t.is(kstatus({metadata: {generation: 1}, status: {observedGeneration: 1, conditions: [condition('Ready', 'Unknown', 'Pending')]}}), 'InProgress');
});

test('an object that is being deleted is terminating, whatever its conditions say', t => {
	t.is(kstatus({...available(), metadata: {generation: 1, deletionTimestamp: '2026-11-22T02:30:00Z'}}), 'Terminating');
});
