import {causeTag, failureCauses, labels, scheduleTag} from '../../api/v1alpha1/group.ts';
import type {VolumeBackup} from '../../api/v1alpha1/volume-backup.ts';
import type {VolumeBackupSchedule} from '../../api/v1alpha1/volume-backup-schedule.ts';
import {apiVersion} from '../../api/v1alpha1/group.ts';
import type {Wish} from './plan/plan-runs.ts';

const failures: readonly string[] = Object.values(failureCauses);

/**
The VolumeBackup of a run. It names its schedule by labels, not as its owner: the history of what was saved, and a run under way, outlive a schedule that
is deleted by mistake.
*/
export function scheduledBackup({metadata, spec}: VolumeBackupSchedule, {name, cause}: Wish): Pick<VolumeBackup, 'apiVersion' | 'kind' | 'spec'> & {metadata: {name: string; namespace?: string; labels: Record<string, string>; annotations?: Record<string, string>}} {
	const {template} = spec;
	const tags = [scheduleTag(metadata.namespace ?? '', metadata.name), ...(failures.includes(cause) ? [causeTag(cause)] : [])];
	return {
		apiVersion,
		kind: 'VolumeBackup',
		metadata: {
			name,
			...(metadata.namespace && {namespace: metadata.namespace}),
			labels: {
				...template.metadata?.labels,
				[labels.schedule]: metadata.name,
				[labels.scheduleUid]: metadata.uid,
				[labels.cause]: cause,
			},
			...(template.metadata?.annotations && {annotations: template.metadata.annotations}),
		},
		spec: {...template.spec, tags: [...new Set([...template.spec.tags, ...tags])]},
	};
}
