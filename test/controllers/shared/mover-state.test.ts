import test from 'ava';
import {moverState} from '../../../src/controllers/shared/mover-state.ts';
import {ago, backupResult, endedPod, job, pod, result} from '../_objects.ts';

const message = (value: unknown): string => JSON.stringify(value);
const failedJob = (reason: string, text: string) => job({conditions: [{type: 'Failed', status: 'True', reason, message: text}]});

test('a Job without a pod, and a pod that waits, have not started', t => {
	t.deepEqual(moverState(job(), []), {kind: 'starting'});
	t.is(moverState(job(), [pod({phase: 'Pending'})]).kind, 'starting');
});

test('a mover whose container runs is running', t => {
	t.is(moverState(job(), [pod({phase: 'Running', containerStatuses: [{name: 'mover', image: '', imageID: '', ready: true, restartCount: 0, state: {running: {}}}]})]).kind, 'running');
});

test('a mover that ended well has succeeded, also before its pod and its Job say so', t => {
	const ended = endedPod({exitCode: 0, message: message(backupResult())});
	t.is(moverState(job(), [ended]).kind, 'succeeded');
	t.is(moverState(job(), [{...ended, status: {...ended.status, phase: 'Running'}}]).kind, 'succeeded');
});

test('a mover that was asked to go when its archive was stored has succeeded, whatever its pod and its Job are called', t => {
	const ended = endedPod({exitCode: 0, message: message(backupResult())}, {phase: 'Failed', conditions: [{type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting'}]});
	const going = {...ended, metadata: {...ended.metadata, deletionTimestamp: ago(5)}};
	t.is(moverState(job(), [going]).kind, 'succeeded');
	t.is(moverState(failedJob('DeadlineExceeded', 'Job was active longer than specified deadline'), [going]).kind, 'succeeded');
});

test('exit code 0 without a result proves nothing', t => {
	t.like(moverState(job(), [endedPod({exitCode: 0, reason: 'Completed'})]), {kind: 'failed', failure: {reason: 'MoverFailed', again: 'Later'}});
});

test('a result that tells another exit code than the kubelet is not believed', t => {
	t.like(moverState(job(), [endedPod({exitCode: 1, reason: 'Error', message: message(backupResult())})]), {kind: 'failed', failure: {reason: 'MoverFailed'}});
});

test('a failure that the mover explains has the reason of its error code', t => {
	const state = moverState(job(), [endedPod({exitCode: 4, reason: 'Error', message: message(result({exitCode: 4, outcome: 'Failed', errorCode: 'WrongPassword', message: 'no key opens with this password'}))})]);
	t.like(state, {kind: 'failed', failure: {reason: 'WrongPassword', again: 'No', message: 'no key opens with this password'}});
});

test('an error code of a later release is an unexpected failure', t => {
	t.like(moverState(job(), [endedPod({exitCode: 1, message: message(result({exitCode: 1, outcome: 'Failed', errorCode: 'MoonTooFar'}))})]), {kind: 'failed', failure: {reason: 'MoverFailed', again: 'Later'}});
});

test('a mover killed for its memory says so, with the field to raise', t => {
	const state = moverState(job(), [endedPod({exitCode: 137, reason: 'OOMKilled'})]);
	t.like(state, {kind: 'failed', failure: {reason: 'MoverOutOfMemory', again: 'Later'}});
	t.regex(state.kind === 'failed' ? state.failure.message : '', /mover\.resources\.limits\.memory/v);
});

test('an evicted mover is told apart from one that failed by itself', t => {
	const state = moverState(job(), [endedPod({exitCode: 143, reason: 'Error'}, {conditions: [{type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting'}]})]);
	t.like(state, {kind: 'failed', failure: {reason: 'MoverFailed', again: 'Later', disrupted: true, message: 'pod before-upgrade-backup-1-abcde was stopped from outside (EvictionByEvictionAPI): Eviction API: evicting'}});
});

test('when the pod went with its node, the Job tells what is known', t => {
	t.like(moverState(failedJob('PodFailurePolicy', 'Pod shop/x has condition DisruptionTarget'), []), {kind: 'failed', failure: {reason: 'MoverFailed', again: 'Later'}});
});

test('a mover past its deadline is not tried again', t => {
	t.like(moverState(failedJob('DeadlineExceeded', 'Job was active longer than specified deadline'), []), {kind: 'failed', failure: {reason: 'DeadlineExceeded', again: 'No'}});
});

test('a mover on a lost node is still running as far as anybody knows', t => {
	t.is(moverState(job(), [pod({phase: 'Running'}, {deletionTimestamp: ago(60)})]).kind, 'running');
});

test('of several pods the newest counts', t => {
	const old = endedPod({exitCode: 1, reason: 'Error'});
	const young = {...endedPod({exitCode: 0, message: message(backupResult())}), metadata: {...old.metadata, name: 'younger', creationTimestamp: ago(5)}};
	t.is(moverState(job(), [old, young]).kind, 'succeeded');
	t.is(moverState(job(), [young, old]).kind, 'succeeded');
});
