import type {ConcurrencyPolicy, VolumeBackupScheduleStatus} from '../../../src/api/v1alpha1/volume-backup-schedule.ts';
import {endedSince, noteEnds} from '../../../src/controllers/volume-backup-schedule/observed-runs.ts';
import type {ObservedRun} from '../../../src/controllers/volume-backup-schedule/observed-runs.ts';
import {planSchedule} from '../../../src/controllers/volume-backup-schedule/plan/plan-schedule.ts';
import type {Changes, ScheduleQuestion} from '../../../src/controllers/volume-backup-schedule/plan/plan-schedule.ts';
import type {Skips} from '../../../src/controllers/volume-backup-schedule/plan/due-times.ts';
import type {Timing} from '../../../src/controllers/volume-backup-schedule/timing.ts';

export type Event =
	/** Nobody looks for a while; `clash` says that the operator ended between making a run and writing status. */
	| {kind: 'outage'; at: number; forMs: number; clash: boolean}
	| {kind: 'suspend'; at: number; forMs: number}
	/** The wall clock is wrong by that much from now on, in addition to what it was. */
	| {kind: 'clock'; at: number; byMs: number};

export type Journey = {
	from: Date;
	forMs: number;
	timing: Timing;
	spec: ScheduleQuestion['spec'];
	events: readonly Event[];
	/** How long the nth run takes. */
	runMs: (nth: number) => number;
	fails?: (nth: number) => boolean;
	/** When pods that can write exist, from the start on. Absent: nobody looks. */
	writers?: ReadonlyArray<{at: number; forMs: number}>;
};

export type Made = {name: string; at: Date; cause: string; dueTime: Date | undefined; activeBefore: string[]; replaced: readonly string[]; suspended: boolean};

export type Travelled = {made: Made[]; /** By a clock that is right. */ runs: Array<{realAt: number; failed: boolean}>; skipped: Skips; status: VolumeBackupScheduleStatus; passes: number; /** Names that were asked for although they exist. */ twice: string[]; end: Date};

/**
Lives through a journey as the operator would: passes at the times that the planner names, when runs end and when the spec changes; none in an outage. Only
the planner decides; the world here is runs with an end, one status, and a clock.
*/
export function travel({from, forMs, timing, spec, events, runMs, fails = () => false, writers}: Journey): Travelled {
	const runs = new Map<string, ObservedRun & {endsAt: number; nth: number}>();
	const ever = new Set<string>();
	const made: Made[] = [];
	const twice: string[] = [];
	const skipped: Skips = {};
	let status: VolumeBackupScheduleStatus = {observedGeneration: -1};
	let passes = 0;
	let drift = 0;
	const start = from.getTime();
	const end = start + forMs;

	const ofKind = <Kind extends Event['kind']>(kind: Kind): Array<Extract<Event, {kind: Kind}>> => events.filter(event => event.kind === kind) as Array<Extract<Event, {kind: Kind}>>;
	const within = (list: ReadonlyArray<{at: number; forMs: number}>, at: number): boolean => list.some(event => start + event.at <= at && at < start + event.at + event.forMs);
	const outages = ofKind('outage');
	const suspensions = ofKind('suspend');
	const jumps = ofKind('clock').toSorted((left, right) => left.at - right.at);
	const marks = [...outages, ...suspensions, ...(writers ?? [])].flatMap(event => [start + event.at, start + event.at + event.forMs]).toSorted((left, right) => left - right);

	/** As the operator would know it: of runs that it has made itself since it was last started. */
	function changesAt(at: number, lastRun: VolumeBackupScheduleStatus['lastRun']): Changes {
		const madeAt = lastRun?.outcome === 'Succeeded' ? madeReally.get(lastRun.name) : undefined;
		if (!writers || madeAt === undefined || outages.some(outage => start + outage.at + outage.forMs > madeAt && start + outage.at <= at)) return 'unknown';
		return writers.some(writer => start + writer.at <= at && start + writer.at + writer.forMs >= madeAt) ? 'changed' : 'unchanged';
	}

	const madeReally = new Map<string, number>();
	function pass(at: number): number | undefined {
		if (++passes > 100_000) throw new Error(`${passes} passes, and still at ${new Date(at).toISOString()}`);
		const now = new Date(at + drift);
		for (const run of runs.values()) {
			if (!run.end && run.endsAt <= at) run.end = {outcome: fails(run.nth) ? 'Failed' : 'Succeeded', startTime: run.createdAt.toISOString(), completionTime: new Date(run.endsAt + drift).toISOString(), reason: 'Succeeded', message: 'done'};
		}

		const observed = [...runs.values()];
		const draft = structuredClone(status);
		noteEnds(draft, endedSince(draft, observed, now));
		const suspended = within(suspensions, at);
		const plan = planSchedule({name: 'nightly', createdAt: from, spec: {...spec, suspend: suspended}, timing, status: draft, runs: observed, changes: changesAt(at, draft.lastRun), now});
		const {start: wish} = plan;
		if (wish) {
			if (ever.has(wish.name)) twice.push(wish.name);
			const activeBefore = observed.filter(run => !run.end).map(run => run.name);
			for (const name of plan.replace) runs.delete(name);
			ever.add(wish.name);
			madeReally.set(wish.name, at);
			made.push({name: wish.name, at: now, cause: wish.cause, dueTime: wish.dueTime, activeBefore, replaced: plan.replace, suspended});
			runs.set(wish.name, {name: wish.name, cause: wish.cause, createdAt: now, endsAt: at + runMs(made.length - 1), nth: made.length - 1});
		}

		// The operator ends here now and then: the run is made, and no status tells of it.
		const clash = outages.some(outage => outage.clash && wish && at <= start + outage.at && start + outage.at - at < 12 * 3_600_000);
		if (clash && !clashed.has(at)) {
			clashed.add(at);
			return at + 1000;
		}

		for (const [reason, count] of Object.entries(plan.skipped) as Array<[keyof Skips, number]>) skipped[reason] = (skipped[reason] ?? 0) + count;
		status = {...plan.status, observedGeneration: 1};
		const ended = [...runs.values()].filter(run => run.end);
		for (const run of ended.slice(0, -3)) runs.delete(run.name);
		return plan.wakeAt && Math.max(at, plan.wakeAt.getTime() - drift);
	}

	const clashed = new Set<number>();
	let at = start;
	while (at <= end) {
		while (jumps[0] && start + jumps[0].at <= at) drift += jumps.shift()!.byMs;
		const wake = within(outages, at) ? undefined : pass(at);
		const ends = [...runs.values()].filter(run => !run.end && run.endsAt > at).map(run => run.endsAt);
		// Nobody trusts a timer for longer than an hour, so what a clock's jump brings is noticed by then.
		const next = [...ends, ...marks.filter(mark => mark > at), ...(jumps[0] ? [start + jumps[0].at + 3_600_000 - ((start + jumps[0].at) % 3_600_000)] : []), ...(wake === undefined ? [] : [Math.max(wake, at + 1)])];
		const soonest = Math.min(...next);
		if (!Number.isFinite(soonest)) break;
		at = soonest;
	}

	const runsMade = made.map(({name}, nth) => ({realAt: madeReally.get(name)!, failed: fails(nth)}));
	return {made, runs: runsMade, skipped, status, passes, twice, end: new Date(end + drift)};
}

export const total = (skipped: Skips): number => Object.values(skipped).reduce((sum, count) => sum + count, 0);

export const policyOf = (concurrencyPolicy: ConcurrencyPolicy, catchUp: ScheduleQuestion['spec']['catchUp'], more: Partial<ScheduleQuestion['spec']> = {}): ScheduleQuestion['spec'] => ({concurrencyPolicy, catchUp, suspend: false, ...more});
