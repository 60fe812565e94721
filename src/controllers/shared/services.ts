import type {Clock} from '../../base/clock.ts';
import type {Logger} from '../../base/log.ts';
import type {Random} from '../../base/random.ts';
import type {KubeClient} from '../../kube/client/kube-client.ts';
import type {EventRecorder} from '../../kube/runtime/event-recorder.ts';
import type {ControllerCaches} from './controller-caches.ts';
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

/** One pass's part of the services. */
export type PassTools = Services & {signal: AbortSignal; log: Logger};
