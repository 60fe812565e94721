import type {ExecutionContext} from 'ava';
import {labels} from '../../src/api/v1alpha1/group.ts';
import type {VolumeBackup} from '../../src/api/v1alpha1/volume-backup.ts';
import type {VolumeBackupSchedule} from '../../src/api/v1alpha1/volume-backup-schedule.ts';
import {volumeBackups, volumeBackupSchedules} from '../../src/controllers/resources.ts';
import {spaceOf} from './_space.ts';
import type {Space} from './_space.ts';

/** As a user writes it: the API server fills in what is missing. */
export type ScheduleWish = {name?: string; labels?: Record<string, string>; source?: object; template?: object; [field: string]: unknown};

/** Never due within a test, so that only what the test does makes runs. */
export const never = '0 0 29 2 *';

/** Creates a VolumeBackupSchedule; without `cron` or `continuous` it is never due by itself. */
export async function applySchedule(t: ExecutionContext, {name = 'nightly', labels: given = {}, source = {claimName: 'data'}, template = {}, ...spec}: ScheduleWish = {}): Promise<VolumeBackupSchedule> {
	const space = await spaceOf(t);
	return space.create(volumeBackupSchedules, {
		metadata: {name, labels: given},
		spec: {...(spec['continuous'] === undefined && {cron: never}), ...spec, template: {spec: {repositoryRef: {name: 'offsite'}, source}, ...template}},
	});
}

export const scheduleOf = ({seen}: Space, name = 'nightly'): VolumeBackupSchedule | undefined => seen.get(volumeBackupSchedules, name);

/** Waits until the controller has seen a spec, by its generation. */
export const observed = async (space: Space, name = 'nightly', generation = 1): Promise<VolumeBackupSchedule> =>
	space.seen.until(`VolumeBackupSchedule ${name} is observed`, () => {
		const schedule = scheduleOf(space, name);
		return schedule && (schedule.status.observedGeneration ?? 0) >= generation && schedule.status.conditions?.some(({type}) => type === 'Ready') ? schedule : undefined;
	}, 30_000);

export const runsOf = ({seen}: Space, name = 'nightly'): VolumeBackup[] => seen.present(volumeBackups).filter(({metadata}) => metadata.labels?.[labels.schedule] === name);

/** Every run that ever was, those that history limits have removed included. */
export const everyRunOf = ({seen}: Space, name = 'nightly'): VolumeBackup[] => seen.ever(volumeBackups).filter(({metadata}) => metadata.labels?.[labels.schedule] === name);

/** Changes members of a schedule's spec. */
export const change = async ({kube, name: namespace, signal}: Space, spec: object, name = 'nightly'): Promise<VolumeBackupSchedule> =>
	kube.mergePatch(volumeBackupSchedules, {namespace, name}, {spec}, signal);

/** A cron expression of a minute that is not over yet when the operator has seen it, even if another test has taken it away for a moment. */
export function soon({aheadMs = 5000}: {aheadMs?: number} = {}): {cron: string; at: Date} {
	const at = new Date(Math.ceil((Date.now() + aheadMs) / 60_000) * 60_000);
	return {cron: `${at.getUTCMinutes()} ${at.getUTCHours()} * * *`, at};
}
