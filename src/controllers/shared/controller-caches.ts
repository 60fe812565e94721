import type {BackupRepository} from '../../api/v1alpha1/backup-repository.ts';
import type {VolumeBackup} from '../../api/v1alpha1/volume-backup.ts';
import type {VolumeBackupSchedule} from '../../api/v1alpha1/volume-backup-schedule.ts';
import type {VolumeRestore} from '../../api/v1alpha1/volume-restore.ts';
import type {Cache} from '../../kube/cache/caches.ts';
import type {Event, Job, Namespace, Node, PersistentVolumeClaim, Pod} from '../../kube/resources.ts';
import type {VolumeSnapshot} from '../../kube/snapshot-resources.ts';

/** What controllers know of the cluster: the objects of these kinds, as watches keep them. */
export type ControllerCaches = {
	repositories: Cache<BackupRepository>;
	backups: Cache<VolumeBackup>;
	schedules: Cache<VolumeBackupSchedule>;
	restores: Cache<VolumeRestore>;
	/** Movers' Jobs only. */
	jobs: Cache<Job>;
	/** All pods; of those that are no movers only what they mount and where, and what ails them. */
	pods: Cache<Pod>;
	claims: Cache<PersistentVolumeClaim>;
	/** Ours only. */
	snapshots: Cache<VolumeSnapshot>;
	nodes: Cache<Node>;
	namespaces: Cache<Namespace>;
	/** Reports of storage drivers that a volume is abnormal, of the last hour. */
	volumeReports: Cache<Event>;
};
