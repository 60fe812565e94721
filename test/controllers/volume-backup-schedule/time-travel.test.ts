import test from 'ava';
import fc from 'fast-check';
import type {CatchUp, ConcurrencyPolicy} from '../../../src/api/v1alpha1/volume-backup-schedule.ts';
import {onTimeMs} from '../../../src/controllers/volume-backup-schedule/plan/due-times.ts';
import type {Timing} from '../../../src/controllers/volume-backup-schedule/timing.ts';
import {cases} from '../../_cases.ts';
import {rememberedCalendar} from './_remembered-calendar.ts';
import {policyOf, total, travel} from './_time-travel.ts';
import type {Event, Journey} from './_time-travel.ts';

const hour = 3_600_000;
const day = 24 * hour;
const year = 366 * day;
/** Most journeys are of some weeks anywhere in two years, so that thousands of them fit into seconds. */
const spans = [30 * day, 45 * day, 70 * day] as const;

/** Northern and southern summer times, a zone of half an hour's change, one without, a gap at midnight, and a leap day. */
const crons = [
	['30 2 * * *', 'Europe/Berlin'],
	['15 */12 * * *', 'America/New_York'],
	['0 2,3 * * *', 'Australia/Lord_Howe'],
	['5 0 * * *', 'America/Santiago'],
	['45 1 * * 0', 'Pacific/Auckland'],
	['0 3 1 * *', 'Asia/Kolkata'],
	['0 12 28-29 2 *', 'Etc/UTC'],
	['0 4 L * *', 'Europe/London'],
] as const;

const blackouts = [undefined, ['0 0 * * 6', 48 * hour], ['0 2 * * *', 2 * hour], ['0 0 1 11 *', 30 * day]] as const;

type Wish = {cron: (typeof crons)[number]; blackout: (typeof blackouts)[number]; from: Date; forMs: number; jitterMs: number; policy: ConcurrencyPolicy; catchUp: CatchUp; deadlineSeconds: number | undefined; runMs: number[]; events: Event[]};

const lasts = fc.oneof(fc.integer({min: 60_000, max: 6 * hour}), fc.integer({min: hour, max: 40 * day}));
const outage = fc.record({kind: fc.constant('outage' as const), at: fc.double({min: 0, max: 0.98, noNaN: true}), forMs: lasts, clash: fc.boolean()});
const suspend = fc.record({kind: fc.constant('suspend' as const), at: fc.double({min: 0, max: 0.98, noNaN: true}), forMs: lasts});
const clock = fc.record({kind: fc.constant('clock' as const), at: fc.double({min: 0, max: 0.98, noNaN: true}), byMs: fc.oneof(fc.integer({min: -500_000, max: 500_000}), fc.integer({min: -90 * day, max: 90 * day}))});

const policies = fc.oneof(
	fc.record({policy: fc.constantFrom('Forbid' as const, 'Replace' as const, 'Queue' as const), catchUp: fc.record({policy: fc.constantFrom('None' as const, 'Last' as const), limit: fc.constant(10)})}),
	fc.record({policy: fc.constant('Queue' as const), catchUp: fc.record({policy: fc.constant('All' as const), limit: fc.integer({min: 1, max: 20})})}),
);

const wishes = (...kinds: [fc.Arbitrary<Event>, ...Array<fc.Arbitrary<Event>>]): fc.Arbitrary<Wish> =>
	fc.record({
		cron: fc.constantFrom(...crons),
		blackout: fc.constantFrom(...blackouts),
		forMs: fc.oneof({weight: 24, arbitrary: fc.constantFrom(...spans)}, {weight: 1, arbitrary: fc.constant(year)}),
		from: fc.integer({min: 0, max: year}).map(ms => new Date(Date.UTC(2026, 8, 1) + ms)),
		jitterMs: fc.constantFrom(0, 1000, 1_799_000, 20 * hour),
		deadlineSeconds: fc.constantFrom(undefined, undefined, 60, 7200),
		runMs: fc.array(fc.oneof(fc.integer({min: 1000, max: hour}), fc.integer({min: hour, max: 60 * hour})), {minLength: 1, maxLength: 5}),
		events: fc.array(fc.oneof(...kinds), {maxLength: 8}),
		both: policies,
	}).map(({both, events, ...rest}) => ({...rest, ...both, events: events.map(event => ({...event, at: Math.round(event.at * rest.forMs)}))}));

function timingOf({cron, blackout, jitterMs}: Pick<Wish, 'cron' | 'blackout' | 'jitterMs'>): Timing & {calendar: ReturnType<typeof rememberedCalendar>} {
	const windows = blackout && rememberedCalendar(blackout[0], cron[1]);
	const blackoutEnd = (at: Date): Date | undefined => {
		const begin = windows?.next(new Date(at.getTime() - blackout![1]));
		return begin && begin <= at ? new Date(begin.getTime() + blackout![1]) : undefined;
	};
	return {
		calendar: rememberedCalendar(cron[0], cron[1]),
		offsetMs: jitterMs,
		share: 0.5,
		fingerprint: 'f',
		isBlackout: at => blackoutEnd(at) !== undefined,
		blackoutEnd,
	};
}

function journeyOf(wish: Wish): Journey & {timing: ReturnType<typeof timingOf>} {
	const {from, forMs, policy, catchUp, deadlineSeconds, runMs, events} = wish;
	return {
		from,
		forMs,
		timing: timingOf(wish),
		spec: policyOf(policy, catchUp, deadlineSeconds === undefined ? {} : {startingDeadlineSeconds: deadlineSeconds}),
		events,
		runMs: nth => runMs[nth % runMs.length]!,
	};
}

test('over a year of outages, crashes, suspensions and changes of the clocks, each due run is made once or counted under one reason why not', t => {
	fc.assert(fc.property(wishes(outage, suspend), wish => {
		const journey = journeyOf(wish);
		const {made, skipped, status, twice} = travel(journey);
		const dues = journey.timing.calendar.between(journey.from, new Date(status.consideredTime ?? wish.from));
		if (twice.length > 0) throw new Error(`made twice: ${twice.join(', ')}`);
		const pending = (status.pending ?? []).length;
		if (made.length + total(skipped) + pending !== dues.length) throw new Error(`${dues.length} were due, ${made.length} made, ${pending} wait, and ${JSON.stringify(skipped)} counted`);
	}), {numRuns: cases(80)});
	t.pass();
});

test('no run starts before its time, past its deadline, in a blackout, while suspended, or beside another that it should wait for', t => {
	fc.assert(fc.property(wishes(outage, suspend), wish => {
		const journey = journeyOf(wish);
		const {made} = travel(journey);
		for (const {name, at, dueTime, activeBefore, replaced, suspended} of made) {
			const lateMs = at.getTime() - dueTime!.getTime() - wish.jitterMs;
			const wrong = {
				early: lateMs < 0,
				late: wish.deadlineSeconds !== undefined && lateMs > wish.deadlineSeconds * 1000,
				blackout: journey.timing.blackoutEnd(at) !== undefined,
				suspended,
				beside: wish.policy === 'Replace' ? activeBefore.some(other => !replaced.includes(other)) : activeBefore.length > 0,
			};
			if (Object.values(wrong).includes(true)) throw new Error(`${name}: ${JSON.stringify(wrong)}`);
		}

		const order = made.map(({dueTime}) => dueTime!.getTime());
		if (order.some((time, index) => time <= (order[index - 1] ?? 0))) throw new Error('the runs are not in the order in which they were due');
	}), {numRuns: cases(40)});
	t.pass();
});

test('while the operator works and runs are short, each run that nothing forbids starts at its time', t => {
	fc.assert(fc.property(wishes(suspend), wish => {
		const journey = {...journeyOf({...wish, deadlineSeconds: undefined}), runMs: () => 60_000};
		const {made, end} = travel(journey);
		const isSuspended = (time: number): boolean => journey.events.some(({kind, at, ...rest}) => kind === 'suspend' && time >= journey.from.getTime() + at && time < journey.from.getTime() + at + ('forMs' in rest ? rest.forMs : 0));
		const free = journey.timing.calendar
			.between(journey.from, new Date(end.getTime() - wish.jitterMs - 1))
			.map(due => due.getTime() + wish.jitterMs)
			.filter(start => !isSuspended(start) && !journey.timing.blackoutEnd(new Date(start)));
		const starts = made.map(({at}) => at.getTime()).filter(start => start < end.getTime());
		if (JSON.stringify(starts) !== JSON.stringify(free)) throw new Error(`expected ${free.length} starts and saw ${starts.length}`);
	}), {numRuns: cases(25)});
	t.pass();
});

test('after an outage the policy decides: none of the missed runs, the newest, or the newest few', t => {
	fc.assert(fc.property(policies, fc.integer({min: 2 * day, max: 30 * day}), fc.integer({min: 0, max: 300 * day}), ({policy, catchUp}, forMs, at) => {
		const from = new Date(Date.UTC(2026, 8, 1) + 12 * hour);
		const timing = timingOf({cron: crons[1], blackout: undefined, jitterMs: 0});
		const back = new Date(from.getTime() + at + forMs);
		const {made, skipped} = travel({from, forMs: at + forMs + 2 * hour, timing, spec: policyOf(policy, catchUp), events: [{kind: 'outage', at, forMs, clash: false}], runMs: () => 60_000});
		const missed = timing.calendar.between(new Date(from.getTime() + at - 1), back).filter(due => back.getTime() - due.getTime() > onTimeMs);
		const late = made.filter(({cause}) => cause === 'catch-up');
		const newestIsLate = timing.calendar.between(missed.at(-1)!, back).length === 0;
		const expected = catchUp.policy === 'All' ? missed.slice(-catchUp.limit + (newestIsLate ? 0 : 1)) : catchUp.policy === 'Last' && newestIsLate ? missed.slice(-1) : [];
		const names = (dues: readonly Date[]): string => dues.map(due => due.toISOString()).join();
		const exact = catchUp.policy === 'All' && catchUp.limit === 1 && !newestIsLate ? [] : expected;
		if (names(late.map(({dueTime}) => dueTime!)) !== names(exact)) throw new Error(`${late.length} made up for, ${exact.length} expected`);
		if ((skipped.missed ?? 0) !== missed.length - exact.length) throw new Error(`${skipped.missed} counted as missed, expected ${missed.length - exact.length}`);
	}), {numRuns: cases(25)});
	t.pass();
});

test('clocks that jump forth and back never make a run twice while it is known, and never bring silence', t => {
	fc.assert(fc.property(wishes(clock, outage), wish => {
		const journey = journeyOf({...wish, blackout: undefined, cron: crons[0], deadlineSeconds: undefined, policy: 'Forbid', catchUp: {policy: 'Last', limit: 1}, jitterMs: 0, events: wish.events.filter(({kind}) => kind === 'clock').slice(0, 4)});
		const {made, status, end} = travel({...journey, runMs: () => 60_000});
		for (const [index, run] of made.entries()) {
			if (made.slice(Math.max(0, index - 3), index).some(({name}) => name === run.name)) throw new Error(`${run.name} was made again although it was there`);
		}

		// Two days of its own calendar without a run, whatever the clock says, is silence.
		const last = made.at(-1);
		const quietSince = status.lastRunTime ?? last?.at.toISOString();
		const jumped = journey.events.some(({at}) => at > journey.forMs - 3 * day);
		if (!jumped && (!last || !quietSince || Math.abs(end.getTime() - last.at.getTime()) > 2 * day + hour)) throw new Error(`the last run was at ${last?.at.toISOString()}, and now it is ${end.toISOString()}`);
	}), {numRuns: cases(25)});
	t.pass();
});
