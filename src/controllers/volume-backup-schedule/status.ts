import type {Condition} from '../../api/v1alpha1/object-meta.ts';
import {isReadyReason, reasonClass} from '../../api/v1alpha1/reasons.ts';
import type {ReadyReason} from '../../api/v1alpha1/reasons.ts';
import type {VolumeBackupScheduleSpec, VolumeBackupScheduleStatus} from '../../api/v1alpha1/volume-backup-schedule.ts';
import {getCondition} from '../../kube/runtime/conditions.ts';
import {oneLine} from '../shared/one-line.ts';
import {withCondition, withStanding} from '../shared/standing.ts';
import type {ConditionFrame, Standing} from '../shared/standing.ts';
import type {ObservedRun, RunEnd} from './observed-runs.ts';

type Ended = ObservedRun & {end: RunEnd};

/** The status of a schedule that stands like this. */
export function scheduleStatus(draft: VolumeBackupScheduleStatus, {spec, standing, ended}: {spec: VolumeBackupScheduleSpec; standing: Standing; ended: Ended | undefined}, frame: ConditionFrame): VolumeBackupScheduleStatus {
	const next = draft.nextRunTime?.replace(/^(.{10})T(.{5}).*$/v, '$1 $2Z');
	return {
		...draft,
		observedGeneration: frame.generation,
		conditions: withLastRun(withStanding(draft.conditions ?? [], standing, frame), ended, frame),
		summary: {schedule: scheduleInWords(spec), ...(next && {next})},
	};
}

/** How a schedule stands on which no step has anything to say. */
export function standingOfSchedule({suspend}: VolumeBackupScheduleSpec, status: VolumeBackupScheduleStatus, heldUntil: Date | undefined): Standing {
	if (suspend) return {reason: 'Suspended', message: 'suspended by the spec: no run is made until spec.suspend is false, except for a manual token'};
	if (heldUntil) return {reason: 'BlackoutWindow', message: `a run is due and held back by a blackout window until ${inSeconds(heldUntil)}; it is made then`};
	const waiting = (status.pending ?? []).length > 0 ? `; ${status.pending!.length === 1 ? 'one more run waits' : `${status.pending!.length} more runs wait`} for its end` : '';
	if (status.unchanged && !status.unchanged.untilTime && !status.active?.[0]) return {reason: 'NothingChanged', message: `no pod that could write to the claims has existed since VolumeBackup ${status.lastRun?.name ?? 'of the last run'} was made: the next run follows when something can have changed, or at ${inSeconds(new Date(status.nextRunTime ?? status.unchanged.sinceTime))}`};
	const running = status.active?.[0] ? `VolumeBackup ${status.active[0]} is under way${waiting}; ` : '';
	if (!status.nextRunTime) return {reason: 'Scheduled', message: running ? `${running}the next run follows from its end` : 'no run is due for a long time: every one near falls into a blackout window'};
	return {reason: 'Scheduled', message: `${running}the next run starts at ${inSeconds(new Date(status.nextRunTime))}`};
}

function withLastRun(conditions: readonly Condition[], ended: Ended | undefined, frame: ConditionFrame): Condition[] {
	const before = getCondition(conditions, 'LastRunSucceeded');
	if (!ended) return before ? withCondition(conditions, before, frame) : [...conditions];
	const {name, end} = ended;
	const failed = end.outcome === 'Failed';
	const said = oneLine(end.message, 1500);
	return withCondition(conditions, {
		type: 'LastRunSucceeded',
		status: failed ? 'False' : 'True',
		reason: failed ? failureReason(end.reason) : end.outcome,
		message: `VolumeBackup ${name} ${failed ? 'failed' : 'succeeded'}${said ? `: ${said}` : ''}`,
	}, frame);
}

const failureReason = (reason: string): ReadyReason => (isReadyReason(reason) && ['person', 'failed'].includes(reasonClass(reason)) ? reason : 'MoverFailed');

function scheduleInWords({cron, continuous, timeZone}: VolumeBackupScheduleSpec): string {
	if (continuous) return `continuous, at most ${continuous.targetLagSeconds}s old`;
	return timeZone === 'Etc/UTC' ? cron! : `${cron} ${timeZone}`;
}

const inSeconds = (time: Date): string => time.toISOString().replace(/\.\d{3}Z$/v, 'Z');
