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
	/** Whether a continuous schedule's claims can have changed since its last run was made. */
	changes?: Changes;
	now: Date;
};

export type Changes = 'unchanged' | 'changed' | 'unknown';

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
	const {spec, timing, runs, name, now, manual, failure} = question;
	const status = restJudged(question);
	const names = new Set(runs.map(run => run.name));
	const nameOf = (due: Due): string => dueRunName(name, due.cause, due.time);
	const active = runs.filter(({end}) => !end).map(run => run.name);
	const deadlineMs = spec.startingDeadlineSeconds === undefined ? undefined : spec.startingDeadlineSeconds * 1000;
	const settled = settle({...question, status}, {active, deadlineMs, exists: due => names.has(nameOf(due))});
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

	const busy = answer.start !== undefined || active.length > 0;
	const restUntil = busy ? undefined : settled.restUntil;
	const skipped = sum(sum(settled.skipped, answer.skipped), restUntil && !isResting(status) ? {unchanged: 1} : {});
	const next = spec.suspend ? undefined : (restUntil ?? heldUntil ?? (settled.more ? now : nextOf({...question, status}, settled.since, busy)));
	const {pending: _pending, nextRunTime: _next, suspendTime: _suspended, unchanged, ...kept} = status;
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
			...(restUntil ? {unchanged: isResting(status) ? unchanged! : {sinceTime: now.toISOString()}} : unchanged?.untilTime && !busy && !spec.suspend && {unchanged}),
			...(made > 0 && {runs: (status.runs ?? 0) + made}),
			skipped: sum(status.skipped ?? {}, skipped),
		},
		...(heldUntil && {heldUntil}),
		...(settled.more ? {wakeAt: now} : next && {wakeAt: restUntil ? new Date(Math.min(restUntil.getTime(), now.getTime() + lookAgainMs(spec))) : next}),
	};
}

/** Where counting begins: at creation, where the last pass ended, or now that the timing is another one. */
function sinceOf({status, timing, createdAt, now}: ScheduleQuestion): Date {
	if (status.consideredTime === undefined) return createdAt;
	return status.timing === timing.fingerprint ? new Date(status.consideredTime) : now;
}

type Facts = {active: readonly string[]; deadlineMs: number | undefined; exists: (due: Due) => boolean};

function settle(question: ScheduleQuestion, {active, deadlineMs, exists}: Facts): DueAnswer & {restUntil?: Date} {
	const {spec, timing, status, now} = question;
	const {calendar} = timing;
	const since = sinceOf(question);
	if (calendar) {
		// Suspension that has just ended covers what came until now.
		const suspended = spec.suspend || status.suspendTime !== undefined;
		return settleDueTimes({timing: {...timing, calendar}, since, now, suspended, catchUp: spec.catchUp, deadlineMs, isMade: time => exists({time, cause: 'schedule'})});
	}

	// A clock that was set back leads to the first due time again, whose run may still be there.
	const unmade = (time: Date): Date => (exists({time, cause: 'continuous'}) ? now : time);
	const nothing = {accepted: [], made: [], skipped: {}, since, more: false};
	const due = nextContinuous(question, since);
	if (spec.suspend || active.length > 0 || due > now) return nothing;
	const restUntil = restEnd(question);
	if (restUntil && restUntil > now) return {...nothing, restUntil};
	const heldUntil = timing.blackoutEnd(now);
	return heldUntil ? {...nothing, heldUntil} : {...nothing, accepted: [{time: unmade(due), cause: 'continuous'}]};
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
		lastSuccessStart: ahead || lastSuccessStartTime === undefined ? undefined : freshUntil({spec, status, now}, Date.parse(lastSuccessStartTime)),
		failuresInRow,
	});
}

/** One run a day shows that all is well on the way, and is made of what nobody in the cluster could know. */
const longestRestMs = 24 * 3_600_000;

const longestRestOf = ({continuous}: ScheduleQuestion['spec']): number => Math.max(longestRestMs, continuous!.targetLagSeconds * 1000);

/** Until when the archives of a run that began then were as good as new. A pod that comes late in a rest does not put off the run of the day; what a clock noted that has been set back since counts for nothing. */
function freshUntil({spec, status, now}: Pick<ScheduleQuestion, 'spec' | 'status' | 'now'>, beganMs: number): Date {
	const untilMs = Date.parse(status.unchanged?.untilTime ?? '') || 0;
	const latestMs = beganMs + longestRestOf(spec) - spec.continuous!.targetLagSeconds * 1000;
	return new Date(untilMs > now.getTime() + clockStepMs ? beganMs : Math.max(beganMs, Math.min(untilMs, latestMs)));
}

/** Until when a run that is due may wait because nothing can have changed; undefined when it may not. */
function restEnd({spec, status, changes, now}: ScheduleQuestion): Date | undefined {
	const {lastSuccessStartTime, failuresInRow = 0} = status;
	if (changes !== 'unchanged' || spec.continuous?.whenUnchanged !== 'Rest' || lastSuccessStartTime === undefined || failuresInRow > 0) return undefined;
	const began = Date.parse(lastSuccessStartTime);
	if (began > now.getTime() + clockStepMs) return undefined;
	return new Date(began + longestRestOf(spec));
}

/** A watch that has broken tells of no pod that comes: whether nothing can have changed is asked again while there is still time to make a run within the target. */
const lookAgainMs = ({continuous}: ScheduleQuestion['spec']): number => continuous!.targetLagSeconds * 500;

const isResting = ({unchanged}: VolumeBackupScheduleStatus): boolean => unchanged !== undefined && unchanged.untilTime === undefined;

/** The status once it is noted that a rest has ended: as the claims changed only now, the newest archives begin to age only now. What a restarted operator has not seen it does not take for granted. */
function restJudged({status, changes, now}: ScheduleQuestion): VolumeBackupScheduleStatus {
	if (!isResting(status) || changes === 'unchanged') return status;
	const {unchanged, ...rest} = status;
	return changes === 'changed' ? {...rest, unchanged: {sinceTime: unchanged!.sinceTime, untilTime: now.toISOString()}} : rest;
}

const suspendedSince = ({spec, status, now}: ScheduleQuestion, {more}: DueAnswer): string | undefined => (spec.suspend || more ? (status.suspendTime ?? (spec.suspend ? now.toISOString() : undefined)) : undefined);

function sum(left: Skips, right: Skips): Skips {
	const total: Skips = {...left};
	for (const [reason, count] of Object.entries(right) as Array<[keyof Skips, number]>) total[reason] = (total[reason] ?? 0) + count;
	return total;
}
