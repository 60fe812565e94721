import test from 'ava';
import {labels} from '../../../src/api/v1alpha1/group.ts';
import type {VolumeBackup} from '../../../src/api/v1alpha1/volume-backup.ts';
import {isSpent, observeAttempt} from '../../../src/controllers/shared/attempt.ts';
import type {AttemptRecord} from '../../../src/controllers/shared/attempt.ts';
import {trimBackup} from '../../../src/controllers/shared/trims.ts';
import {ago, archiveId, backup, job} from '../_objects.ts';

const numbered = (attempt: number) => {
	const object = job();
	return {...object, metadata: {...object.metadata, labels: {[labels.attempt]: String(attempt)}}};
};

const paused = (reason: string, rest: AttemptRecord = {}): AttemptRecord => ({attempts: 2, job: 'run-2', nextAttemptTime: ago(-60), lastFailure: {reason, message: 'connection refused'}, ...rest});

test('a Job that failed for the store is not kept once status tells of it; one that failed for its own reasons is, for its log', t => {
	t.true(isSpent(numbered(2), paused('StoreUnreachable')));
	t.false(isSpent(numbered(2), paused('MoverFailed')));
	t.false(isSpent(numbered(3), paused('StoreUnreachable')), 'a later attempt');
	t.false(isSpent(numbered(2), {attempts: 2}), 'not judged yet');
});

const empty = {kube: {get: () => Promise.reject(new Error('nobody may be asked'))}, caches: {jobs: {store: {byIndex: () => []}}}, signal: new AbortController().signal} as unknown as Parameters<typeof observeAttempt>[2];
const lane = {owner: {uid: 'u', namespace: 'shop'}, jobName: (attempt: number) => `run-${attempt}`};

test('while the pause lasts, the attempt whose Job is gone is known from status, with what it counts, and the API server is not asked', async t => {
	const free = await observeAttempt(lane, paused('StoreUnreachable', {failedAttempts: 1}), empty);
	t.like(free, {number: 2, failedBefore: 1, state: {kind: 'failed', failure: {reason: 'StoreUnreachable', again: 'Later', message: 'connection refused'}}});
	const counted = await observeAttempt(lane, paused('MoverFailed', {failedAttempts: 2}), empty);
	t.like(counted, {number: 2, failedBefore: 1, state: {kind: 'failed', failure: {reason: 'MoverFailed'}}});
	await t.throwsAsync(observeAttempt(lane, {attempts: 2, job: 'run-2'}, empty), {message: 'nobody may be asked'});
});

test('of a run that has ended the cache keeps its outcome, its times and its archives, and of others all', t => {
	const ended: VolumeBackup = backup({}, {
		observedGeneration: 1,
		outcome: 'Succeeded',
		startTime: ago(60),
		completionTime: ago(1),
		summary: {source: 'orders-db'},
		conditions: ['Ready', 'Succeeded', 'Archived'].map(type => ({type, status: 'True' as const, reason: 'Succeeded', message: 'm', observedGeneration: 1, lastTransitionTime: ago(1)})),
		volumes: [{claimName: 'orders-db', outcome: 'Succeeded', archive: archiveId, filesTotal: 7, message: 'a long one'}],
	});
	const trimmed = trimBackup(ended);
	t.like(trimmed.status, {outcome: 'Succeeded', startTime: ago(60), completionTime: ago(1), volumes: [{claimName: 'orders-db', outcome: 'Succeeded', archive: archiveId}]});
	t.deepEqual(trimmed.status.conditions?.map(({type}) => type), ['Ready']);
	t.is(trimmed.status.summary, undefined);
	t.is(trimmed.spec, ended.spec);
	const running = backup({}, {observedGeneration: 1, volumes: [{claimName: 'orders-db', message: 'a long one'}]});
	t.is(trimBackup(running), running);
});
