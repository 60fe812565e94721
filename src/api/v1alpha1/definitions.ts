import {backupRepositorySpec, backupRepositoryStatus} from './backup-repository.ts';
import {volumeBackupSpec} from './volume-backup.ts';
import {volumeBackupStatus} from './volume-backup-status.ts';
import {volumeBackupScheduleSpec} from './volume-backup-schedule.ts';
import {volumeBackupScheduleStatus} from './volume-backup-schedule-status.ts';
import {volumeRestoreSpec} from './volume-restore.ts';
import {volumeRestoreStatus} from './volume-restore-status.ts';
import type {TSchema} from 'typebox';
import type {Rule} from './fields.ts';
import type {Kind} from './group.ts';

export type Definition = {
	description: string;
	spec: TSchema;
	status: TSchema;
	/** Rules over the whole object; of metadata the API server shows them only the name. */
	rules: Rule[];
	/** Fields that `kubectl get --field-selector` and watches can select by. */
	selectableFields: string[];
};

/** Everything that the CRD of a kind is made of, beside its name and columns. */
export const definitions: Readonly<Record<Kind, Definition>> = {
	BackupRepository: {
		description: 'BackupRepository is a place where archives live: a storage location, a layout and a key.',
		spec: backupRepositorySpec,
		status: backupRepositoryStatus,
		rules: [{
			rule: 'self.metadata.name.size() <= 63',
			message: 'metadata.name of a BackupRepository must have at most 63 characters: its movers carry it as a label',
		}],
		selectableFields: ['.status.repositoryId'],
	},
	VolumeBackup: {
		description: 'VolumeBackup is one run that archives one or several claims into a repository.',
		spec: volumeBackupSpec,
		status: volumeBackupStatus,
		rules: [],
		selectableFields: ['.spec.repositoryRef.name', '.spec.source.claimName', '.status.outcome'],
	},
	VolumeBackupSchedule: {
		description: 'VolumeBackupSchedule makes VolumeBackups again and again: at times, continuously, when asked by a token, and when a workload fails.',
		spec: volumeBackupScheduleSpec,
		status: volumeBackupScheduleStatus,
		rules: [{
			rule: 'self.metadata.name.size() <= 63',
			message: 'metadata.name of a VolumeBackupSchedule must have at most 63 characters: its runs carry it as a label',
		}],
		selectableFields: ['.spec.template.spec.repositoryRef.name'],
	},
	VolumeRestore: {
		description: 'VolumeRestore is one run that writes an archive into a claim.',
		spec: volumeRestoreSpec,
		status: volumeRestoreStatus,
		rules: [],
		selectableFields: ['.spec.repositoryRef.name', '.spec.to.claimName', '.status.outcome'],
	},
};
