import {group, kinds, version} from '../api/v1alpha1/group.ts';
import type {BackupRepository} from '../api/v1alpha1/backup-repository.ts';
import type {VolumeBackup} from '../api/v1alpha1/volume-backup.ts';
import type {VolumeBackupSchedule} from '../api/v1alpha1/volume-backup-schedule.ts';
import type {VolumeRestore} from '../api/v1alpha1/volume-restore.ts';
import {defineResource} from '../kube/resource.ts';

const ours = {group, version, namespaced: true};

export const backupRepositories = defineResource<BackupRepository>({...ours, kind: 'BackupRepository', plural: kinds.BackupRepository.plural});
export const volumeBackups = defineResource<VolumeBackup>({...ours, kind: 'VolumeBackup', plural: kinds.VolumeBackup.plural});
export const volumeBackupSchedules = defineResource<VolumeBackupSchedule>({...ours, kind: 'VolumeBackupSchedule', plural: kinds.VolumeBackupSchedule.plural});
export const volumeRestores = defineResource<VolumeRestore>({...ours, kind: 'VolumeRestore', plural: kinds.VolumeRestore.plural});
