import type {VolumeBackupSchedule, VolumeBackupScheduleStatus} from '../../api/v1alpha1/volume-backup-schedule.ts';
import type {PassTools} from '../shared/services.ts';
import type {ObservedRun, RunEnd} from './observed-runs.ts';
import type {SchedulePlan} from './plan/plan-schedule.ts';
import type {Incident} from './incidents.ts';
import type {Timing} from './timing.ts';

/** One pass over a VolumeBackupSchedule: the object, the tools, and the status as it will be written. */
export type SchedulePass = PassTools & {
	schedule: VolumeBackupSchedule & {metadata: {namespace: string}};
	status: VolumeBackupScheduleStatus;
	timing?: Timing;
	runs: ObservedRun[];
	/** The run that has ended last, when status has not told of it. */
	ended?: ObservedRun & {end: RunEnd};
	plan?: SchedulePlan;
	/** What the run that is made now is for, when it is a failure. */
	incident?: Incident & {repeats: number};
	/** When a failure that is none yet, or comes too soon after another, is to be judged again. */
	incidentAt?: Date;
};

/** Works on a copy of the status: cached objects are shared. */
export function beginPass(schedule: VolumeBackupSchedule, tools: PassTools): SchedulePass {
	const namespace = schedule.metadata.namespace ?? '';
	return {...tools, schedule: {...schedule, metadata: {...schedule.metadata, namespace}}, status: structuredClone(schedule.status), runs: []};
}
