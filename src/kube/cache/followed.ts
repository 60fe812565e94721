import type {Clock} from '../../base/clock.ts';
import type {Random} from '../../base/random.ts';
import type {KubeClient, ListScope} from '../client/kube-client.ts';
import type {KubeMetrics} from '../metrics.ts';
import type {KubeObject} from '../object.ts';
import type {Resource} from '../resource.ts';
import type {Store} from './store.ts';

/** What a reflector follows, and where it puts it. */
export type Followed<T extends KubeObject> = {
	kube: KubeClient;
	resource: Resource<T>;
	scope: Omit<ListScope, 'resourceVersion'>;
	store: Store<T>;
	/** Applied to each object before it is stored. */
	prepare: (object: T) => T;
	metrics: KubeMetrics;
	clock: Clock;
	random: Random;
};
