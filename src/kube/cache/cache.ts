import type {Clock} from '../../base/clock.ts';
import type {Logger} from '../../base/log.ts';
import type {Random} from '../../base/random.ts';
import type {KubeClient} from '../client/kube-client.ts';
import type {KubeMetrics} from '../metrics.ts';
import type {KubeObject} from '../object.ts';
import type {Resource} from '../resource.ts';
import type {IndexFunction} from './index-by.ts';
import {createReflector} from './reflector.ts';
import {Store} from './store.ts';
import type {ChangeListener, ReadableStore} from './store.ts';
import {deepFreeze, trimBookkeeping} from './trim.ts';
import type {Trim} from './trim.ts';

/** One resource as its readers see it. */
export type Cache<T extends KubeObject = KubeObject> = {
	readonly resource: Resource<T>;
	readonly store: ReadableStore<T>;
	readonly synced: boolean;
	/** Since when (monotonic) no change can have been missed; undefined while that is in doubt. */
	readonly completeSinceMs: number | undefined;
	/** Announces every change from now on, the first filling included; returns the way to stop that. */
	subscribe(listener: ChangeListener<T>): () => void;
};

export type CacheOptions<T extends KubeObject> = {
	indexes?: Readonly<Record<string, IndexFunction<T>>>;
	/** Only objects with all of these labels. */
	labels?: Readonly<Record<string, string>>;
	/** Only objects with all of these field values, of those fields that the API server can select by. Nothing that is written here may depend on it. */
	fields?: Readonly<Record<string, string>>;
	/** Drops what no controller reads, beyond managed fields: with thousands of objects, most of the memory. */
	trim?: Trim<T>;
	/** The kind may be missing on a cluster; the cache then is empty until it appears. */
	optional?: boolean;
};

/** What all caches have in common. */
export type CachesOptions = {
	kube: KubeClient;
	/** Namespaces to follow; absent: all, and it needs cluster-wide rights. Cluster-scoped kinds are always followed whole. */
	namespaces?: readonly string[];
	/** Make every change of a cached object throw. */
	freeze?: boolean;
	log: Logger;
	metrics: KubeMetrics;
	clock: Clock;
	random: Random;
};

export type ManagedCache<T extends KubeObject = KubeObject> = Cache<T> & {
	readonly trouble: Error | undefined;
	run(signal: AbortSignal): Promise<void>;
	addIndexes(indexes: Readonly<Record<string, IndexFunction<T>>>): void;
	noteWrite(object: T): void;
};

export function createCache<T extends KubeObject>(resource: Resource<T>, options: CacheOptions<T>, shared: CachesOptions): ManagedCache<T> {
	const {labels = {}, fields = {}, trim = object => object, optional = false} = options;
	const store = new Store<T>(options.indexes);
	const prepare = (object: T): T => {
		const trimmed = trim(trimBookkeeping(object));
		return shared.freeze ? deepFreeze(trimmed) : trimmed;
	};

	const labelSelector = selectorOf(labels);
	const fieldSelector = selectorOf(fields);
	const namespaces = resource.namespaced && shared.namespaces ? shared.namespaces : [undefined];
	const reflectors = namespaces.map(namespace => ({
		namespace,
		reflector: createReflector<T>({...shared, resource, scope: {namespace, labelSelector, fieldSelector}, store, prepare, optional}),
	}));

	return {
		resource,
		store,
		subscribe: listener => store.subscribe(listener),
		addIndexes: indexes => store.addIndexes(indexes),
		get synced() {
			return reflectors.every(({reflector}) => reflector.synced);
		},
		get trouble() {
			return reflectors.map(({reflector}) => reflector.trouble).find(trouble => trouble !== undefined);
		},
		get completeSinceMs() {
			const since = reflectors.map(({reflector}) => reflector.completeSinceMs);
			return since.some(ms => ms === undefined) ? undefined : Math.max(...since as number[]);
		},
		async run(signal) {
			await Promise.all(reflectors.map(({reflector}) => reflector.run(signal)));
		},
		noteWrite(object) {
			const selected = Object.entries(labels).every(([name, value]) => object.metadata.labels?.[name] === value);
			const {namespace} = object.metadata;
			if (selected) reflectors.find(candidate => candidate.namespace === undefined || candidate.namespace === namespace)?.reflector.noteWrite(object);
		},
	};
}

const selectorOf = (values: Readonly<Record<string, string>>): string | undefined => Object.entries(values).map(([name, value]) => `${name}=${value}`).join(',') || undefined;
