import test from 'ava';
import {checkConditions} from '../../../src/api/v1alpha1/check-conditions.ts';
import {kstatus} from '../../../src/api/v1alpha1/kstatus.ts';
import type {VolumeBackupScheduleStatus} from '../../../src/api/v1alpha1/volume-backup-schedule.ts';
import {scheduledBackup} from '../../../src/controllers/volume-backup-schedule/children.ts';
import {endedSince, noteEnds} from '../../../src/controllers/volume-backup-schedule/observed-runs.ts';
import type {ObservedRun, RunEnd} from '../../../src/controllers/volume-backup-schedule/observed-runs.ts';
import {failureRunName, manualRunName} from '../../../src/controllers/volume-backup-schedule/run-name.ts';
import {scheduleStatus, standingOfSchedule} from '../../../src/controllers/volume-backup-schedule/status.ts';
import {getCondition} from '../../../src/kube/runtime/conditions.ts';
import type {Standing} from '../../../src/controllers/shared/standing.ts';
import {ago, backup, now} from '../_objects.ts';
import {schedule} from './_schedule.ts';

type Ended = ObservedRun & {end: RunEnd};

const ended = (name: string, secondsAgo: number, outcome: RunEnd['outcome'] = 'Succeeded', reason: string = outcome): Ended => ({
	name,
	cause: 'schedule',
	createdAt: new Date(ago(secondsAgo + 30)),
	end: {outcome, reason, startTime: ago(secondsAgo + 30), completionTime: ago(secondsAgo), message: 'claim orders-db was looked at'},
});

const statusWith = (standing: Standing, last?: Ended, draft: VolumeBackupScheduleStatus = {}): VolumeBackupScheduleStatus =>
	scheduleStatus(draft, {spec: schedule().spec, standing, ended: last}, {generation: 1, now});

test('whatever a schedule stands for, its conditions keep the contract, and tools judge it right', t => {
	const next = {nextRunTime: '2026-11-23T02:30:00.000Z'};
	const stands: Array<[Standing, ReturnType<typeof kstatus>]> = [
		[standingOfSchedule(schedule().spec, next, undefined), 'Current'],
		[standingOfSchedule(schedule().spec, {active: ['nightly-1'], pending: [{dueTime: ago(5), cause: 'schedule'}]}, undefined), 'Current'],
		[standingOfSchedule(schedule({suspend: true}).spec, {}, undefined), 'Current'],
		[standingOfSchedule(schedule().spec, {...next, unchanged: {sinceTime: ago(60)}, lastRun: {name: 'nightly-1', cause: 'continuous'}}, undefined), 'Current'],
		[standingOfSchedule(schedule().spec, next, now), 'InProgress'],
		[{reason: 'InvalidSchedule', message: 'spec.cron: no date ever fits it'}, 'Failed'],
		[{reason: 'Retrying', message: 'the API server forbids it: it is tried again', goesOn: true}, 'InProgress'],
	];
	for (const [standing, verdict] of stands) {
		for (const last of [undefined, ended('nightly-1', 9), ended('nightly-1', 9, 'SucceededWithWarnings'), ended('nightly-1', 9, 'Failed', 'SourceEmpty'), ended('nightly-1', 9, 'Failed', 'Moving')]) {
			const object = {...schedule(), status: statusWith(standing, last)};
			t.deepEqual(checkConditions(object), [], standing.reason);
			t.is(kstatus(object), verdict, standing.reason);
		}
	}
});

test('how the last run ended stays until another has, also when the spec changes', t => {
	const failed = statusWith({reason: 'Scheduled', message: 'the next run is known'}, ended('nightly-1', 9, 'Failed', 'SourceEmpty'));
	t.like(getCondition(failed.conditions, 'LastRunSucceeded'), {status: 'False', reason: 'SourceEmpty', message: 'VolumeBackup nightly-1 failed: claim orders-db was looked at'});
	const later = scheduleStatus(failed, {spec: schedule().spec, standing: {reason: 'Scheduled', message: 'the next run is known'}, ended: undefined}, {generation: 2, now});
	t.like(getCondition(later.conditions, 'LastRunSucceeded'), {status: 'False', reason: 'SourceEmpty', observedGeneration: 2});
});

test('columns tell the time in words', t => {
	t.deepEqual(statusWith({reason: 'Scheduled', message: 'it is known'}, undefined, {nextRunTime: '2026-11-23T02:30:17.000Z'}).summary, {schedule: '30 2 * * *', next: '2026-11-23 02:30Z'});
});

test('ends are noted once, in their order, and failures in a row are counted', t => {
	const status: VolumeBackupScheduleStatus = {};
	const runs = [ended('c', 10, 'Failed', 'MoverFailed'), ended('a', 300), ended('b', 200, 'Failed', 'MoverFailed')];
	noteEnds(status, endedSince(status, runs, now));
	t.like(status, {failuresInRow: 2, lastRun: {name: 'c', outcome: 'Failed'}, lastSuccessTime: ago(300), lastSuccessStartTime: ago(330)});
	t.deepEqual(endedSince(status, runs, now), []);
	noteEnds(status, endedSince(status, [...runs, ended('d', 1)], now));
	t.like(status, {failuresInRow: 0, lastRun: {name: 'd'}, lastSuccessTime: ago(1)});
});

test('an end that a wrong clock has put into the future holds up no later one', t => {
	const status: VolumeBackupScheduleStatus = {lastRun: {name: 'z', cause: 'schedule', completionTime: ago(-86_400)}};
	t.deepEqual(endedSince(status, [ended('z', -86_400), ended('now', 5)], now).map(({name}) => name), ['now']);
});

test('a run carries what its schedule, its template and its cause say, and no owner that would take it along', t => {
	const owner = schedule({template: {metadata: {labels: {team: 'shop'}, annotations: {note: 'nightly'}}, spec: {...backup().spec, tags: ['db']}}});
	t.deepEqual(scheduledBackup(owner, {name: 'nightly-oom-1', cause: 'oom'}), {
		apiVersion: 'lazarette.dev/v1alpha1',
		kind: 'VolumeBackup',
		metadata: {
			name: 'nightly-oom-1',
			namespace: 'shop',
			labels: {team: 'shop', 'lazarette.dev/schedule': 'nightly', 'lazarette.dev/schedule-uid': owner.metadata.uid, 'lazarette.dev/cause': 'oom'},
			annotations: {note: 'nightly'},
		},
		spec: {...backup().spec, tags: ['db', 'schedule=shop/nightly', 'cause=oom']},
	});
	t.deepEqual(scheduledBackup(owner, {name: 'nightly-1', cause: 'schedule'}).spec.tags, ['db', 'schedule=shop/nightly']);
});

test('names follow from what a run is made for, and a token that comes back is another wish', t => {
	const first = manualRunName('nightly', 'now', undefined);
	t.is(first, manualRunName('nightly', 'now', undefined));
	t.not(first, manualRunName('nightly', 'now', {token: 'later', time: ago(5)}));
	t.regex(failureRunName('nightly', {cause: 'oom', podUid: 'p1', time: now}), /^nightly-oom-[0-9a-f]{10}$/v);
});
