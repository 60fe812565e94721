import test from 'ava';
import type {ObservedRun} from '../../../src/controllers/volume-backup-schedule/observed-runs.ts';
import {planSchedule} from '../../../src/controllers/volume-backup-schedule/plan/plan-schedule.ts';
import type {ScheduleQuestion, SchedulePlan} from '../../../src/controllers/volume-backup-schedule/plan/plan-schedule.ts';
import {readTiming} from '../../../src/controllers/volume-backup-schedule/timing.ts';
import type {Timing} from '../../../src/controllers/volume-backup-schedule/timing.ts';

const created = new Date('2026-11-20T12:00:00Z');
const at = (time: string): Date => new Date(`2026-11-${time}Z`);

function timing(spec: Partial<Parameters<typeof readTiming>[0]> = {}): Timing {
	const read = readTiming({cron: '0 3 * * *', timeZone: 'Etc/UTC', jitterSeconds: 0, ...spec}, 'b4b4b4b4-0000-4000-8000-000000000004');
	if (read.kind === 'invalid') throw new Error(read.message);
	return read.timing;
}

const active = (name: string): ObservedRun => ({name, cause: 'schedule', createdAt: at('21T03:00:00')});

const ask = (now: Date, {spec, ...more}: Partial<Omit<ScheduleQuestion, 'spec'>> & {spec?: Partial<ScheduleQuestion['spec']>} = {}): SchedulePlan =>
	planSchedule({name: 'nightly', createdAt: created, timing: timing(), status: {observedGeneration: -1}, runs: [], now, ...more, spec: {catchUp: {policy: 'Last', limit: 10}, concurrencyPolicy: 'Forbid', suspend: false, ...spec}});

test('what has just been created runs at its first time, not at once', t => {
	const first = ask(new Date(created.getTime() + 50));
	t.is(first.start, undefined);
	t.is(first.status.nextRunTime, '2026-11-21T03:00:00.000Z');
	t.deepEqual(first.wakeAt, at('21T03:00:00'));

	const due = ask(at('21T03:00:00'), {status: first.status});
	t.deepEqual(due.start, {name: 'nightly-29920500', cause: 'schedule', dueTime: at('21T03:00:00')});
	t.like(due.status, {consideredTime: '2026-11-21T03:00:00.000Z', nextRunTime: '2026-11-22T03:00:00.000Z'});
});

test('a run whose name exists is never made again, whatever status tells', t => {
	const again = ask(at('21T03:00:01'), {runs: [active('nightly-29920500')]});
	t.is(again.start, undefined);
	t.deepEqual(again.skipped, {});
	t.like(again.status, {consideredTime: '2026-11-21T03:00:00.000Z', runs: 1});
});

test('Forbid: a run that comes while another has not ended is skipped and counted', t => {
	const plan = ask(at('21T03:00:01'), {runs: [active('nightly-manual-1')]});
	t.is(plan.start, undefined);
	t.deepEqual(plan.skipped, {concurrency: 1});
	t.deepEqual(plan.status.pending, undefined);
});

test('Replace: the one that has not ended is deleted for the one that is due', t => {
	const plan = ask(at('21T03:00:01'), {runs: [active('nightly-manual-1')], spec: {concurrencyPolicy: 'Replace'}});
	t.is(plan.start?.name, 'nightly-29920500');
	t.deepEqual(plan.replace, ['nightly-manual-1']);
});

test('Queue: it waits, a newer one takes its place, and it starts when the other has ended', t => {
	const spec = {concurrencyPolicy: 'Queue'} as const;
	const waits = ask(at('21T03:00:01'), {runs: [active('nightly-manual-1')], spec});
	t.is(waits.start, undefined);
	t.deepEqual(waits.status.pending, [{dueTime: '2026-11-21T03:00:00.000Z', cause: 'schedule'}]);

	const newer = ask(at('22T03:00:01'), {runs: [active('nightly-manual-1')], spec, status: waits.status});
	t.deepEqual(newer.skipped, {superseded: 1});
	t.deepEqual(newer.status.pending, [{dueTime: '2026-11-22T03:00:00.000Z', cause: 'schedule'}]);

	const free = ask(at('22T09:00:00'), {spec, status: newer.status});
	t.deepEqual(free.start?.dueTime, at('22T03:00:00'));
	t.deepEqual(free.status.pending, undefined);
});

test('All: what was missed is made one after another, the oldest first, as many as the limit', t => {
	const spec = {concurrencyPolicy: 'Queue', catchUp: {policy: 'All', limit: 2}} as const;
	const plan = ask(at('24T12:00:00'), {spec});
	t.deepEqual(plan.skipped, {missed: 2});
	t.like(plan.start, {cause: 'catch-up', dueTime: at('23T03:00:00')});
	t.deepEqual(plan.status.pending, [{dueTime: '2026-11-24T03:00:00.000Z', cause: 'catch-up'}]);
});

test('None: what is at most five minutes late is made, what is later is counted as missed', t => {
	const spec = {catchUp: {policy: 'None', limit: 10}} as const;
	t.is(ask(at('21T03:04:59'), {spec}).start?.cause, 'schedule');
	const late = ask(at('21T03:05:01'), {spec});
	t.is(late.start, undefined);
	t.deepEqual(late.skipped, {missed: 1});
});

test('a run that would start later than its deadline is skipped', t => {
	t.deepEqual(ask(at('21T03:20:01'), {spec: {startingDeadlineSeconds: 1200}}).skipped, {late: 1});
	t.truthy(ask(at('21T03:20:00'), {spec: {startingDeadlineSeconds: 1200}}).start);
});

test('while suspended nothing is due, and what fell into that time is not made up for', t => {
	const suspended = ask(at('21T01:00:00'), {spec: {suspend: true}});
	t.is(suspended.status.nextRunTime, undefined);
	t.is(suspended.wakeAt, undefined);
	const resumed = ask(at('23T12:00:00'), {status: suspended.status});
	t.is(resumed.start, undefined);
	t.deepEqual(resumed.skipped, {suspended: 3});
	t.is(resumed.status.suspendTime, undefined);
	t.is(resumed.status.nextRunTime, '2026-11-24T03:00:00.000Z');
});

test('another time begins anew: what the new one would have made before is none of its business', t => {
	const before = ask(at('21T03:00:00')).status;
	const after = ask(at('22T12:00:00'), {timing: timing({cron: '30 * * * *'}), status: before});
	t.is(after.start, undefined);
	t.deepEqual(after.skipped, {});
	t.is(after.status.nextRunTime, '2026-11-22T12:30:00.000Z');
});

test('a run due in a blackout window is skipped; one held up until then starts when the window ends', t => {
	const windows = timing({cron: '0 * * * *', blackoutWindows: [{cron: '30 3 * * *', durationSeconds: 7200}]});
	const status = ask(at('21T03:00:00'), {timing: windows}).status;
	t.is(status.nextRunTime, '2026-11-21T06:00:00.000Z');

	// Back after an outage in the middle of the window: the run of 3:00 is due and may not start.
	const held = ask(at('21T05:15:00'), {timing: windows, createdAt: at('21T02:30:00')});
	t.is(held.start, undefined);
	t.deepEqual(held.heldUntil, at('21T05:30:00'));
	const free = ask(at('21T05:30:00'), {timing: windows, createdAt: at('21T02:30:00'), status: held.status});
	t.like(free.start, {cause: 'catch-up', dueTime: at('21T03:00:00')});
	t.deepEqual(free.skipped, {blackout: 2});
});

test('windows that meet are one', t => {
	const {blackoutEnd} = timing({blackoutWindows: [{cron: '0 22 * * *', durationSeconds: 7200}, {cron: '0 0 * * *', durationSeconds: 3600}]});
	t.deepEqual(blackoutEnd(at('21T22:00:00')), at('22T01:00:00'));
	t.deepEqual(blackoutEnd(at('22T00:59:59')), at('22T01:00:00'));
	t.is(blackoutEnd(at('22T01:00:00')), undefined);
});

test('a manual token runs although the schedule is suspended or in a blackout, and waits for a run under way', t => {
	const manual = {name: 'nightly-manual-2', cause: 'manual'} as const;
	const dark = timing({blackoutWindows: [{cron: '0 0 * * *', durationSeconds: 86_400}]});
	t.deepEqual(ask(at('21T01:00:00'), {manual, spec: {suspend: true}}).start, manual);
	t.deepEqual(ask(at('21T01:00:00'), {manual, timing: dark}).start, manual);
	t.is(ask(at('21T01:00:00'), {manual, runs: [active('nightly-1')]}).start, undefined);
});

test('a failing workload leads to no run while one is under way, while suspended, or in a blackout', t => {
	const failure = {name: 'nightly-oom-1', cause: 'oom'} as const;
	const dark = timing({blackoutWindows: [{cron: '0 0 * * *', durationSeconds: 86_400}]});
	t.deepEqual(ask(at('21T01:00:00'), {failure}).start, failure);
	for (const more of [{runs: [active('nightly-1')]}, {spec: {suspend: true}}, {timing: dark}]) t.is(ask(at('21T01:00:00'), {failure, ...more}).start, undefined);
});

test('jitter is the same for one object at any time, and spreads a thousand of them evenly', t => {
	const offsets = Array.from({length: 1000}, (_, index) => {
		const read = readTiming({cron: '0 3 * * *', timeZone: 'Etc/UTC', jitterSeconds: 1800}, `uid-${index}`);
		return read.kind === 'timing' ? read.timing.offsetMs / 1000 : Number.NaN;
	});
	t.true(offsets.every(offset => Number.isInteger(offset) && offset >= 0 && offset <= 1800));
	const quarters = [0, 1, 2, 3].map(quarter => offsets.filter(offset => Math.min(3, Math.floor(offset / 450.25)) === quarter).length);
	t.true(quarters.every(count => count > 200 && count < 300), quarters.join());
	const offsetMs = timing({jitterSeconds: 1800}).offsetMs;
	t.is(offsetMs, timing({jitterSeconds: 1800}).offsetMs);
	t.deepEqual(ask(at('20T12:00:01'), {timing: timing({jitterSeconds: 1800})}).wakeAt, new Date(at('21T03:00:00').getTime() + offsetMs));
});

test('spec.cron or a window that cannot be read is named with what to write instead', t => {
	const read = (spec: Partial<Parameters<typeof readTiming>[0]>) => readTiming({cron: '0 3 * * *', timeZone: 'Etc/UTC', jitterSeconds: 0, ...spec}, 'u');
	t.regex(JSON.stringify(read({cron: '0 99 * * *'})), /spec\.cron: the cron expression .* cannot be used/v);
	t.regex(JSON.stringify(read({blackoutWindows: [{cron: '0 0 31 2 *', durationSeconds: 60}]})), /spec\.blackoutWindows\[0\]\.cron: .*no date ever fits it/v);
});
