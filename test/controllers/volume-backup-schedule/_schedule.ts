import type {VolumeBackupSchedule} from '../../../src/api/v1alpha1/volume-backup-schedule.ts';
import {ago, backup} from '../_objects.ts';

/** As the API server would hand it out, with all defaults of its schema. */
export const schedule = (spec: Partial<VolumeBackupSchedule['spec']> = {}, status: VolumeBackupSchedule['status'] = {observedGeneration: -1}): VolumeBackupSchedule => ({
	apiVersion: 'lazarette.dev/v1alpha1',
	kind: 'VolumeBackupSchedule',
	metadata: {name: 'nightly', namespace: 'shop', uid: 'b4b4b4b4-0000-4000-8000-000000000004', resourceVersion: '7', generation: 1, creationTimestamp: ago(60)},
	spec: {
		cron: '30 2 * * *',
		timeZone: 'Etc/UTC',
		jitterSeconds: 0,
		catchUp: {policy: 'Last', limit: 10},
		concurrencyPolicy: 'Forbid',
		suspend: false,
		historyLimits: {successful: 3, failed: 3},
		template: {spec: backup().spec},
		...spec,
	},
	status,
});
