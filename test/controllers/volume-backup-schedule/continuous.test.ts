import test from 'ava';
import fc from 'fast-check';
import {nextContinuousRun} from '../../../src/controllers/volume-backup-schedule/plan/continuous.ts';
import type {Timing} from '../../../src/controllers/volume-backup-schedule/timing.ts';
import {policyOf, travel} from './_time-travel.ts';

const minute = 60_000;
const hour = 60 * minute;
const from = new Date('2027-03-01T00:00:00Z');
const timing: Timing = {offsetMs: 0, share: 0.5, fingerprint: 'f', isBlackout: () => false, blackoutEnd: () => undefined};
const spec = (targetLagSeconds: number) => policyOf('Forbid', {policy: 'Last', limit: 1}, {continuous: {targetLagSeconds}});

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
	}), {numRuns: 300});
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
