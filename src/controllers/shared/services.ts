import type {Clock} from '../../base/clock.ts';
import type {Logger} from '../../base/log.ts';
import type {Random} from '../../base/random.ts';
import type {BackupRepository} from '../../api/v1alpha1/backup-repository.ts';
import type {VolumeBackup} from '../../api/v1alpha1/volume-backup.ts';
import type {VolumeBackupSchedule} from '../../api/v1alpha1/volume-backup-schedule.ts';
import type {VolumeRestore} from '../../api/v1alpha1/volume-restore.ts';
import type {Cache} from '../../kube/cache/caches.ts';
import type {KubeClient} from '../../kube/client/kube-client.ts';
import type {Event, Job, Namespace, Node, PersistentVolumeClaim, Pod} from '../../kube/resources.ts';
import type {EventRecorder} from '../../kube/runtime/event-recorder.ts';
import type {VolumeSnapshot} from '../../kube/snapshot-resources.ts';
import type {ControllerMetrics} from './controller-metrics.ts';
import type {EventAction, EventReason} from './event-kinds.ts';
import type {MoverImage} from './mover-job-facts.ts';
import type {MoverQueue} from './queue/queue.ts';
import type {RepositoryNews} from './repository-news.ts';
import type {RunMarks} from './run-marks.ts';

/** What every pass of every controller works with. */
export type Services = {
	/** Its writes show in the caches at once. */
	kube: KubeClient;
	caches: ControllerCaches;
	events: EventRecorder<EventReason, EventAction>;
	metrics: ControllerMetrics;
	news: RepositoryNews;
	marks: RunMarks;
	queue: MoverQueue;
	settings: ControllerSettings;
	clock: Clock;
	random: Random;
};

export type ControllerSettings = {
	image: MoverImage;
	/** Tells this cluster's lock holders from those of others that share a repository. */
	clusterId: string;
};

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

/** One pass's part of the services. */
export type PassTools = Services & {signal: AbortSignal; log: Logger};
