import {withDeadline} from '../../base/abort.ts';
import {LazaretteError} from '../../base/errors.ts';
import type {KubeObject} from '../object.ts';
import {resourceName} from '../resource.ts';
import type {Resource} from '../resource.ts';
import {createCache} from './cache.ts';
import type {Cache, CacheOptions, CachesOptions, ManagedCache} from './cache.ts';

export type {Cache, CacheOptions, CachesOptions} from './cache.ts';

/** One cache for each resource, shared by all controllers. */
export type Caches = {
	/** The cache of a resource, made at its first mention. Only that may have options other than `indexes`; all must come before `run`. */
	of<T extends KubeObject>(resource: Resource<T>, options?: CacheOptions<T>): Cache<T>;
	/** Fills and follows all caches until `signal` aborts. */
	run(signal: AbortSignal): Promise<void>;
	/** Resolves when every cache was complete once. @throws LazaretteError DeadlineExceeded naming those that were not */
	untilSynced(signal: AbortSignal, timeoutMs?: number): Promise<void>;
	/** Names of the resources that are not complete yet, each with what holds it up. */
	unsynced(): Array<{resource: string; trouble: Error | undefined}>;
	/** See `withOwnWrites`. */
	noteWrite<T extends KubeObject>(resource: Resource<T>, object: T): void;
};

const syncTimeoutMs = 120_000;
const pollMs = 20;

export function createCaches(options: CachesOptions): Caches {
	const {clock} = options;
	const caches = new Map<string, ManagedCache>();
	let started = false;

	const unsynced = (): ReturnType<Caches['unsynced']> =>
		[...caches].filter(([, cache]) => !cache.synced).map(([resource, cache]) => ({resource, trouble: cache.trouble}));

	return {
		of<T extends KubeObject>(resource: Resource<T>, wish: CacheOptions<T> = {}) {
			const name = resourceName(resource);
			const known = caches.get(name) as ManagedCache<T> | undefined;
			if (started && (!known || wish.indexes)) throw new Error(`the cache of ${name} must be declared before the caches run`);
			if (!known) {
				const made = createCache(resource, wish, options);
				caches.set(name, made);
				return made;
			}

			const {indexes = {}, ...others} = wish;
			if (Object.keys(others).length > 0) throw new Error(`the cache of ${name} exists; only indexes can be added to it`);
			known.addIndexes(indexes);
			return known;
		},

		async run(signal) {
			started = true;
			await Promise.all([...caches.values()].map(cache => cache.run(signal)));
		},

		async untilSynced(signal, timeoutMs = syncTimeoutMs) {
			using deadline = withDeadline(signal, timeoutMs, 'filling the caches');
			while (unsynced().length > 0) {
				try {
					await clock.sleep(pollMs, deadline.signal);
				} catch (error) {
					signal.throwIfAborted();
					const missing = unsynced().map(({resource, trouble}) => (trouble ? `${resource} (${trouble.message})` : resource));
					throw new LazaretteError('DeadlineExceeded', `the caches were not filled in ${timeoutMs / 1000} s: ${missing.join('; ')}`, {retry: 'later', cause: error});
				}
			}
		},

		unsynced,
		noteWrite: (resource, object) => (caches.get(resourceName(resource)) as ManagedCache<typeof object> | undefined)?.noteWrite(object),
	};
}
