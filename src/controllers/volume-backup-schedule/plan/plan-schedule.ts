import type {VolumeBackupScheduleSpec, VolumeBackupScheduleStatus} from '../../../api/v1alpha1/volume-backup-schedule.ts';
import type {RunCause} from '../../../api/v1alpha1/group.ts';
import type {ObservedRun} from '../observed-runs.ts';
import {dueRunName} from '../run-name.ts';
import type {Timing} from '../timing.ts';
import {nextContinuousRun} from './continuous.ts';
import {clockStepMs, settleDueTimes} from './due-times.ts';
import type {Due, DueAnswer, Skips} from './due-times.ts';
import {nextStart} from './next-run.ts';
import {planRuns} from './plan-runs.ts';
import type {RunAnswer, Wish} from './plan-runs.ts';

export type ScheduleQuestion = {
	name: string;
	createdAt: Date;
	spec: Pick<VolumeBackupScheduleSpec, 'continuous' | 'startingDeadlineSeconds' | 'catchUp' | 'concurrencyPolicy' | 'suspend'>;
	timing: Timing;
	/** With the ends of all runs noted. */
	status: VolumeBackupScheduleStatus;
	runs: readonly ObservedRun[];
	manual?: Wish | undefined;
	failure?: Wish | undefined;
	now: Date;
};

export type SchedulePlan = Pick<RunAnswer, 'start' | 'replace'> & {
	/** What status says once `start` is made. */
	status: VolumeBackupScheduleStatus;
	skipped: Skips;
	heldUntil?: Date;
	/** When to look again even if nothing changes. */
	wakeAt?: Date;
};

/** Everything that the passing of time means to a schedule. Pure: the same question has the same answer, whoever asks and how often. */
export function planSchedule(question: ScheduleQuestion): SchedulePlan {
	const {spec, timing, status, runs, name, now, manual, failure} = question;
	const names = new Set(runs.map(run => run.name));
	const nameOf = (due: Due): string => dueRunName(name, due.cause, due.time);
	const active = runs.filter(({end}) => !end).map(run => run.name);
	const deadlineMs = spec.startingDeadlineSeconds === undefined ? undefined : spec.startingDeadlineSeconds * 1000;
	const settled = settle(question, {active, deadlineMs, exists: due => names.has(nameOf(due))});
	const heldUntil = settled.heldUntil ?? ((status.pending ?? []).length > 0 ? timing.blackoutEnd(now) : undefined);
	const inBlackout = timing.isBlackout(now);
	const answer = planRuns({
		pending: (status.pending ?? []).map(pending => ({time: new Date(pending.dueTime), cause: pending.cause as RunCause})),
		accepted: settled.accepted,
		manual,
		failure: spec.suspend || inBlackout ? undefined : failure,
		active,
		exists: run => names.has(run),
		nameOf,
		policy: {concurrency: spec.concurrencyPolicy, catchUp: spec.catchUp, deadlineMs, suspended: spec.suspend, offsetMs: timing.offsetMs},
		heldUntil,
		now,
	});

	const skipped = sum(settled.skipped, answer.skipped);
	const busy = answer.start !== undefined || active.length > 0;
	const next = spec.suspend ? undefined : (heldUntil ?? (settled.more ? now : nextOf(question, settled.since, busy)));
	const {pending: _pending, nextRunTime: _next, suspendTime: _suspended, ...kept} = status;
	const made = settled.made.length + answer.found;
	return {
		...(answer.start && {start: answer.start}),
		replace: answer.replace,
		skipped,
		status: {
			...kept,
			timing: timing.fingerprint,
			consideredTime: settled.since.toISOString(),
			offsetSeconds: timing.offsetMs / 1000,
			...(answer.pending.length > 0 && {pending: answer.pending.map(({time, cause}) => ({dueTime: time.toISOString(), cause}))}),
			...(suspendedSince(question, settled) && {suspendTime: suspendedSince(question, settled)!}),
			...(next && {nextRunTime: next.toISOString()}),
			...(made > 0 && {runs: (status.runs ?? 0) + made}),
			skipped: sum(status.skipped ?? {}, skipped),
		},
		...(heldUntil && {heldUntil}),
		...(settled.more ? {wakeAt: now} : next && {wakeAt: next}),
	};
}

/** Where counting begins: at creation, where the last pass ended, or now that the timing is another one. */
function sinceOf({status, timing, createdAt, now}: ScheduleQuestion): Date {
	if (status.consideredTime === undefined) return createdAt;
	return status.timing === timing.fingerprint ? new Date(status.consideredTime) : now;
}

type Facts = {active: readonly string[]; deadlineMs: number | undefined; exists: (due: Due) => boolean};

function settle(question: ScheduleQuestion, {active, deadlineMs, exists}: Facts): DueAnswer {
	const {spec, timing, status, now} = question;
	const {calendar} = timing;
	const since = sinceOf(question);
	if (calendar) {
		// Suspension that has just ended covers what came until now.
		const suspended = spec.suspend || status.suspendTime !== undefined;
		return settleDueTimes({timing: {...timing, calendar}, since, now, suspended, catchUp: spec.catchUp, deadlineMs, isMade: time => exists({time, cause: 'schedule'})});
	}

	const nothing = {accepted: [], made: [], skipped: {}, since, more: false};
	const due = nextContinuous(question, since);
	if (spec.suspend || active.length > 0 || due > now) return nothing;
	const heldUntil = timing.blackoutEnd(now);
	return heldUntil ? {...nothing, heldUntil} : {...nothing, accepted: [{time: due, cause: 'continuous'}]};
}

function nextOf(question: ScheduleQuestion, since: Date, busy: boolean): Date | undefined {
	if (question.timing.calendar) return nextStart(question.timing, since);
	return busy ? undefined : nextContinuous(question, since);
}

function nextContinuous({spec, timing, status, now}: ScheduleQuestion, since: Date): Date {
	const {lastSuccessStartTime, failuresInRow = 0} = status;
	// What a clock said that has been set back since would bring silence until then.
	const ahead = Date.parse(status.lastRun?.completionTime ?? '') > now.getTime() + clockStepMs;
	const lastRun = ahead ? undefined : status.lastRun;
	return nextContinuousRun({
		targetMs: spec.continuous!.targetLagSeconds * 1000,
		share: timing.share,
		since,
		lastRun: lastRun && {startTime: new Date(lastRun.startTime ?? 0), completionTime: new Date(lastRun.completionTime ?? 0)},
		lastSuccessStart: ahead || lastSuccessStartTime === undefined ? undefined : new Date(lastSuccessStartTime),
		failuresInRow,
	});
}

const suspendedSince = ({spec, status, now}: ScheduleQuestion, {more}: DueAnswer): string | undefined => (spec.suspend || more ? (status.suspendTime ?? (spec.suspend ? now.toISOString() : undefined)) : undefined);

function sum(left: Skips, right: Skips): Skips {
	const total: Skips = {...left};
	for (const [reason, count] of Object.entries(right) as Array<[keyof Skips, number]>) total[reason] = (total[reason] ?? 0) + count;
	return total;
}
