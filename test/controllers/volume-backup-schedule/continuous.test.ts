import test from 'ava';
import fc from 'fast-check';
import {nextContinuousRun} from '../../../src/controllers/volume-backup-schedule/plan/continuous.ts';
import {planSchedule} from '../../../src/controllers/volume-backup-schedule/plan/plan-schedule.ts';
import type {Timing} from '../../../src/controllers/volume-backup-schedule/timing.ts';
import {cases} from '../../_cases.ts';
import {policyOf, travel} from './_time-travel.ts';

const minute = 60_000;
const hour = 60 * minute;
const from = new Date('2027-03-01T00:00:00Z');
const timing: Timing = {offsetMs: 0, share: 0.5, fingerprint: 'f', isBlackout: () => false, blackoutEnd: () => undefined};
const spec = (targetLagSeconds: number) => policyOf('Forbid', {policy: 'Last', limit: 1}, {continuous: {targetLagSeconds, whenUnchanged: 'Rest'}});

test('the newest archive never gets older than the target, once there is one and runs are short enough for it', t => {
	fc.assert(fc.property(fc.integer({min: 10, max: 600}), fc.integer({min: 1, max: 30}), (targetMinutes, percent) => {
		const targetMs = targetMinutes * minute;
		const runMs = Math.max(1000, Math.floor((targetMs * percent) / 100));
		const {made} = travel({from, forMs: 40 * targetMs, timing, spec: spec(targetMinutes * 60), events: [], runMs: () => runMs});
		for (const [index, {at}] of made.entries()) {
			const before = made[index - 1];
			if (before && at.getTime() + runMs - before.at.getTime() > targetMs) throw new Error(`the archive of ${before.at.toISOString()} was the newest until ${new Date(at.getTime() + runMs).toISOString()}`);
			if (before && at.getTime() < before.at.getTime() + runMs) throw new Error('two runs at once');
		}

		if (made.length < 30) throw new Error(`only ${made.length} runs`);
		if (made.length > 90) throw new Error(`${made.length} runs, more than the target asks for`);
	}), {numRuns: cases(30)});
	t.pass();
});

test('runs that take longer than the target follow each other without a pause', t => {
	const {made} = travel({from, forMs: 48 * hour, timing, spec: spec(600), events: [], runMs: () => hour});
	t.true(made.length >= 46);
	t.true(made.every(({at}, index) => index === 0 || at.getTime() - made[index - 1]!.at.getTime() <= hour + 1000));
});

test('what has just been created is not backed up at once', t => {
	t.deepEqual(nextContinuousRun({targetMs: hour, share: 0, since: from, lastRun: undefined, lastSuccessStart: undefined, failuresInRow: 0}), new Date('2027-03-01T00:30:00Z'));
});

test('runs that fail come at growing pauses, at most an hour apart', t => {
	const {made} = travel({from, forMs: 24 * hour, timing, spec: spec(86_400), events: [], runMs: () => 1000, fails: () => true});
	const gaps = made.slice(1).map(({at}, index) => Math.round((at.getTime() - made[index]!.at.getTime()) / minute));
	t.deepEqual(gaps.slice(0, 7), [1, 2, 4, 8, 16, 32, 60]);
});

test('a clock that is set back brings a run soon, not silence until the old time comes again', t => {
	const {made} = travel({from, forMs: 72 * hour, timing, spec: spec(3600), events: [{kind: 'clock', at: 24 * hour, byMs: 1000 * hour}, {kind: 'clock', at: 36 * hour, byMs: -1000 * hour}], runMs: () => minute});
	const after = made.filter(({at}) => at.getTime() > from.getTime() + 37 * hour && at.getTime() < from.getTime() + 73 * hour);
	t.true(after.length > 30, `${after.length} runs in the 36 hours after`);
	t.true(after.length < 45, `${after.length} runs in the 36 hours after`);
});

test('after an outage the next run comes at once', t => {
	const {made} = travel({from, forMs: 48 * hour, timing, spec: spec(3600), events: [{kind: 'outage', at: 12 * hour, forMs: 24 * hour, clash: false}], runMs: () => minute});
	const back = from.getTime() + 36 * hour;
	const first = made.find(({at}) => at.getTime() >= back)!;
	t.true(first.at.getTime() - back < 1000);
});

const day = 24 * hour;
const resting = {targetMinutes: fc.integer({min: 5, max: 600}), writers: fc.array(fc.record({at: fc.integer({min: 0, max: 10 * day}), forMs: fc.oneof(fc.integer({min: 1000, max: hour}), fc.integer({min: hour, max: 3 * day}))}), {maxLength: 6})};
const upsets = fc.array(fc.oneof(
	fc.record({kind: fc.constant('outage' as const), at: fc.integer({min: 0, max: 9 * day}), forMs: fc.integer({min: 1000, max: 20 * hour}), clash: fc.boolean()}),
	fc.record({kind: fc.constant('clock' as const), at: fc.integer({min: 0, max: 9 * day}), byMs: fc.integer({min: -100 * hour, max: 100 * hour})}),
), {maxLength: 3});

type Span = {at: number; forMs: number};
const lived = ({at, forMs}: Span, since: number, until: number): boolean => from.getTime() + at <= until && from.getTime() + at + forMs >= since;

test('with pods that come and go, no change is older than the target before it is saved, whatever becomes of the operator', t => {
	fc.assert(fc.property(fc.record({...resting, events: upsets, fail: fc.integer({min: 2, max: 9})}), ({targetMinutes, writers, events, fail}) => {
		const targetMs = targetMinutes * minute;
		const runMs = Math.max(1000, Math.floor(targetMs / 20));
		const outages = events.filter(event => event.kind === 'outage');
		const fails = (nth: number): boolean => nth % fail === 0;
		const {runs} = travel({from, forMs: 10 * day, timing, spec: spec(targetMinutes * 60), events, runMs: () => runMs, fails, writers});
		const saved = runs.filter(run => !run.failed).map(run => run.realAt);
		// Failures and outages add their pauses; what is left is the target.
		const grace = targetMs + runMs + 10 * (hour + runMs);
		for (const {at, forMs} of writers) {
			const last = from.getTime() + at + forMs;
			const away = outages.reduce((sum, outage) => sum + outage.forMs, 0) + (events.some(({kind}) => kind === 'clock') ? day + 200 * hour : 0);
			if (last + grace + away > from.getTime() + 10 * day) continue;
			if (!saved.some(began => began >= last && began <= last + grace + away)) throw new Error(`what was written until ${new Date(last).toISOString()} was not saved until ${new Date(last + grace + away).toISOString()}`);
		}
	}), {numRuns: cases(40)});
	t.pass();
});

test('while the operator works and runs succeed, changes are saved within the target to the minute', t => {
	fc.assert(fc.property(fc.record(resting), ({targetMinutes, writers}) => {
		const targetMs = targetMinutes * minute;
		const runMs = Math.max(1000, Math.floor(targetMs / 20));
		const {runs} = travel({from, forMs: 10 * day, timing, spec: spec(targetMinutes * 60), events: [], runMs: () => runMs, writers});
		const end = from.getTime() + 10 * day;
		for (const {at, forMs} of writers) {
			// Each instant at which something may have been written, as far as it matters: begin, end, and in between.
			for (const share of [0, 0.3, 0.7, 1]) {
				const instant = from.getTime() + at + forMs * share;
				if (instant < runs[0]!.realAt || instant + targetMs + runMs > end) continue;
				const next = runs.find(run => run.realAt >= instant);
				if (!next || next.realAt + runMs > instant + targetMs + 1000) throw new Error(`a change of ${new Date(instant).toISOString()} was in an archive only at ${next ? new Date(next.realAt + runMs).toISOString() : 'no time'}`);
			}
		}
	}), {numRuns: cases(40)});
	t.pass();
});

test('a run is made only when a pod could have written since the one before, but one a day, and again after a restart or a failure', t => {
	fc.assert(fc.property(fc.record({...resting, outages: fc.array(fc.record({kind: fc.constant('outage' as const), at: fc.integer({min: 0, max: 9 * day}), forMs: fc.integer({min: 1000, max: 20 * hour}), clash: fc.boolean()}), {maxLength: 2}), fail: fc.integer({min: 3, max: 50})}), ({targetMinutes, writers, outages, fail}) => {
		const {runs} = travel({from, forMs: 10 * day, timing, spec: spec(targetMinutes * 60), events: outages, runMs: () => 1000, fails: nth => nth % fail === fail - 1, writers});
		for (const [index, run] of runs.entries()) {
			const before = runs[index - 1];
			if (!before || before.failed) continue;
			const excused = writers.some(writer => lived(writer, before.realAt, run.realAt)) || outages.some(outage => lived(outage, before.realAt - 1, run.realAt)) || run.realAt - before.realAt >= day - minute;
			if (!excused) throw new Error(`a run at ${new Date(run.realAt).toISOString()} although nobody wrote since ${new Date(before.realAt).toISOString()}`);
		}

		for (const [index, run] of runs.entries()) {
			const next = runs[index + 1]?.realAt ?? from.getTime() + 10 * day;
			if (!run.failed && next > whenLooked(run.realAt + day, outages) + minute) throw new Error(`more than a day without a run after ${new Date(run.realAt).toISOString()}`);
		}
	}), {
		numRuns: cases(40),
		examples: [
			// The second outage begins as the first ends.
			[{targetMinutes: 5, writers: [], outages: [{kind: 'outage', at: 28_862_875, forMs: 63_639_254, clash: false}, {kind: 'outage', at: 92_502_129, forMs: 66_182_872, clash: false}], fail: 3}],
			// A pod comes shortly before the run of the day, which that put off into an outage.
			[{targetMinutes: 39, writers: [{at: 519_970_251, forMs: 1000}], outages: [{kind: 'outage', at: 522_309_844, forMs: 69_905_157, clash: false}], fail: 7}],
			[{targetMinutes: 600, writers: [{at: 24 * hour, forMs: 1000}], outages: [], fail: 50}],
		],
	});
	t.pass();
});

/** What is due while nobody looks comes when somebody looks again. */
const whenLooked = (at: number, outages: readonly Span[]): number =>
	outages.toSorted((left, right) => left.at - right.at).reduce((looked, outage) => (lived(outage, looked, looked) ? from.getTime() + outage.at + outage.forMs : looked), at);

test('when a pod came by a clock that was set back since, nobody waits for that time to come again', t => {
	const journey = {from, timing, spec: spec(3600), runMs: () => minute, writers: [{at: 10 * hour, forMs: minute}]};
	const {runs} = travel({...journey, forMs: 14 * hour, events: [{kind: 'clock', at: 9 * hour, byMs: 10 * hour}, {kind: 'clock', at: 10 * hour + 5 * minute, byMs: -10 * hour}]});
	t.true(runs.some(({realAt}) => realAt >= from.getTime() + 10 * hour + minute && realAt <= from.getTime() + 12 * hour));
});

test('while a schedule rests it is asked again in time for a run within the target, as a broken watch tells of no pod', t => {
	const now = new Date(from.getTime() + 5 * hour);
	const at = (hours: number): string => new Date(from.getTime() + hours * hour).toISOString();
	const status = {timing: 'f', consideredTime: at(0), lastSuccessStartTime: at(1), lastRun: {name: 'nightly-1', cause: 'continuous', outcome: 'Succeeded', startTime: at(1), completionTime: at(1)}, unchanged: {sinceTime: at(2)}} as const;
	const question = {name: 'nightly', createdAt: from, spec: {...spec(3600), suspend: false}, timing, status, runs: [], now};
	const rests = planSchedule({...question, changes: 'unchanged'});
	t.deepEqual([rests.start, rests.status.nextRunTime, rests.wakeAt], [undefined, at(25), new Date(now.getTime() + 30 * minute)]);
	const doubts = planSchedule({...question, changes: 'unknown'});
	t.deepEqual([doubts.start?.cause, doubts.status.unchanged], ['continuous', undefined]);
});

test('a schedule that rests says so, counts it once, and tells until when; a pod that comes brings the next run within the target', t => {
	const journey = {from, timing, spec: spec(3600), events: [], runMs: () => minute, writers: [{at: 10 * hour, forMs: minute}]};
	const rest = travel({...journey, forMs: 8 * hour});
	t.is(rest.runs.length, 1);
	t.like(rest.status, {skipped: {unchanged: 1}, nextRunTime: new Date(rest.runs[0]!.realAt + day).toISOString()});
	t.is(rest.status.unchanged?.untilTime, undefined);
	const woken = travel({...journey, forMs: 10 * hour + 30 * minute});
	t.is(woken.runs.length, 1);
	t.is(woken.status.unchanged?.untilTime, new Date(from.getTime() + 10 * hour).toISOString());
	t.true(Date.parse(woken.status.nextRunTime!) <= from.getTime() + 11 * hour);
	t.is(travel({...journey, forMs: 12 * hour}).runs.length, 2);
	t.is(travel({...journey, forMs: 12 * hour}).status.unchanged?.untilTime, undefined);
});

test('with whenUnchanged: Run, and where nothing is known, runs go on as ever', t => {
	const journey = {from, forMs: 12 * hour, timing, events: [], runMs: () => minute};
	const ever = travel({...journey, spec: spec(3600)}).runs.length;
	t.true(ever > 10);
	t.is(travel({...journey, spec: policyOf('Forbid', {policy: 'Last', limit: 1}, {continuous: {targetLagSeconds: 3600, whenUnchanged: 'Run'}}), writers: []}).runs.length, ever);
});
