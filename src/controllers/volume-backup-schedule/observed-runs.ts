import {labels, runCauses} from '../../api/v1alpha1/group.ts';
import type {RunCause} from '../../api/v1alpha1/group.ts';
import type {Outcome} from '../../api/v1alpha1/status-fields.ts';
import type {VolumeBackup} from '../../api/v1alpha1/volume-backup.ts';
import type {VolumeBackupScheduleStatus} from '../../api/v1alpha1/volume-backup-schedule.ts';
import {getCondition} from '../../kube/runtime/conditions.ts';
import {clockStepMs} from './plan/due-times.ts';

/** A VolumeBackup as its schedule sees it. */
export type ObservedRun = {
	name: string;
	cause: RunCause;
	createdAt: Date;
	end?: RunEnd;
};

export type RunEnd = {outcome: Outcome; startTime: string; completionTime: string; reason: string; message: string};

export function observedRun({metadata, status}: VolumeBackup): ObservedRun {
	const {outcome, startTime, completionTime, conditions} = status;
	const cause = runCauses.find(known => known === metadata.labels?.[labels.cause]) ?? 'schedule';
	const run = {name: metadata.name, cause, createdAt: new Date(metadata.creationTimestamp)};
	if (!outcome || !completionTime) return run;
	const ready = getCondition(conditions, 'Ready');
	return {...run, end: {outcome, startTime: startTime ?? metadata.creationTimestamp, completionTime, reason: ready?.reason ?? outcome, message: ready?.message ?? ''}};
}

/**
The runs that have ended since the last one that status tells of, in the order of their ends. Ends in the future are of a clock that has been set
back since, and nothing is later than they are: they are passed over.
*/
export function endedSince({lastRun}: VolumeBackupScheduleStatus, runs: readonly ObservedRun[], now: Date): Array<ObservedRun & {end: RunEnd}> {
	const toldAt = Date.parse(lastRun?.completionTime ?? '') || 0;
	const told = lastRun && !isAhead(toldAt, now) ? {at: toldAt, name: lastRun.name} : {at: 0, name: ''};
	return runs
		.flatMap(({end, ...run}) => (end && !isAhead(Date.parse(end.completionTime), now) ? [{...run, end}] : []))
		.filter(run => comesBefore(told, {at: Date.parse(run.end.completionTime), name: run.name}))
		.toSorted((left, right) => (comesBefore({at: Date.parse(left.end.completionTime), name: left.name}, {at: Date.parse(right.end.completionTime), name: right.name}) ? -1 : 1));
}

/** Beyond what clocks of nodes differ by. */
const isAhead = (at: number, now: Date): boolean => at > now.getTime() + clockStepMs;

type Place = {at: number; name: string};

/** Names settle which of two runs that ended at once is told as the later one. */
const comesBefore = (left: Place, right: Place): boolean => left.at < right.at || (left.at === right.at && left.name < right.name);

/** Notes runs that have ended. @returns the last of them */
export function noteEnds(status: VolumeBackupScheduleStatus, ended: ReadonlyArray<ObservedRun & {end: RunEnd}>): (ObservedRun & {end: RunEnd}) | undefined {
	for (const {name, cause, end} of ended) {
		const {outcome, startTime, completionTime} = end;
		status.lastRun = {name, cause, outcome, startTime, completionTime};
		if (outcome === 'Failed') {
			status.failuresInRow = (status.failuresInRow ?? 0) + 1;
		} else {
			status.failuresInRow = 0;
			status.lastSuccessTime = completionTime;
			status.lastSuccessStartTime = startTime;
		}
	}

	return ended.at(-1);
}
