import type {Outcome} from '../../../api/v1alpha1/status-fields.ts';
import type {VolumeBackup} from '../../../api/v1alpha1/volume-backup.ts';
import {volumeBackups} from '../../resources.ts';
import {bySchedule} from '../../shared/indexes.ts';
import {proceed} from '../../shared/step.ts';
import type {Step} from '../../shared/step.ts';
import type {SchedulePass} from '../pass.ts';

/** Of one pass: history that has grown long is cut in turns, and other schedules are not kept waiting. */
const mostAtOnce = 50;

/**
Removes ended runs beyond the limits, oldest first, once status has told of their ends. The objects alone: the template's deletionPolicy is Retain, so
archives stay for retention to judge.
*/
export const keepHistory: Step<SchedulePass> = async ({schedule, status, caches, kube, signal}) => {
	const {successful, failed} = schedule.spec.historyLimits;
	const toldAt = Date.parse(status.lastRun?.completionTime ?? '') || 0;
	const ended = caches.backups.store
		.byIndex(bySchedule, schedule.metadata.uid)
		.filter(({metadata, status: run}) => run.completionTime && Date.parse(run.completionTime) <= toldAt && !metadata.deletionTimestamp);
	const surplus = [...beyond(ended, outcome => outcome !== 'Failed', successful), ...beyond(ended, outcome => outcome === 'Failed', failed)];
	for (const {metadata} of surplus.slice(0, mostAtOnce)) await kube.remove(volumeBackups, metadata, {uid: metadata.uid}, signal);
	return proceed();
};

function beyond(runs: readonly VolumeBackup[], belongs: (outcome: Outcome) => boolean, limit: number): VolumeBackup[] {
	const newestFirst = runs.filter(({status}) => status.outcome && belongs(status.outcome)).toSorted((left, right) => Date.parse(right.status.completionTime!) - Date.parse(left.status.completionTime!));
	return newestFirst.slice(limit).toReversed();
}
