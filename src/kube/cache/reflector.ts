import {backoffDelayMs} from '../../base/backoff.ts';
import type {Logger} from '../../base/log.ts';
import {isKubeError} from '../kube-error.ts';
import type {KubeObject} from '../object.ts';
import {isNewer} from '../resource-version.ts';
import {resourceName} from '../resource.ts';
import {emptyStore, fillStore} from './fill-store.ts';
import {followChanges} from './follow-changes.ts';
import type {Followed} from './followed.ts';

export type Reflector<T extends KubeObject = KubeObject> = {
	/** Keeps the store like the server until `signal` aborts; never rejects. */
	run(signal: AbortSignal): Promise<void>;
	/** Whether the store was complete once. */
	readonly synced: boolean;
	/** The failure that it is getting over, if any. */
	readonly trouble: Error | undefined;
	/** Since when (monotonic) no change can have been missed: what came and went before the last full list was never seen. Undefined while that is in doubt. */
	readonly completeSinceMs: number | undefined;
	/** Takes the server's answer to a write of ours, so that the next reader sees it before the watch brings it. */
	noteWrite(object: T): void;
};

export type ReflectorOptions<T extends KubeObject> = Followed<T> & {
	/** The kind may not exist on this cluster: then the store is empty and counts as synced, until the kind appears. */
	optional: boolean;
	log: Logger;
};

const pause = {firstMs: 800, maxMs: 30_000};
const absentKindPauseMs = 30_000;
/** A watch that lived this long shows that all is well again. */
const healthyAfterMs = 60_000;
/** A server that ends watches sooner than this would otherwise be asked in a tight loop. */
const shortestWatchMs = 1000;
/** After so many failures in a row the position itself may be what the server cannot serve. */
const failuresBeforeRelist = 5;

/**
Fills a store by one list and then follows the changes. A watch that ends, breaks or goes silent is resumed where it stopped; only a position
that the server can no longer serve needs a new list.
*/
export function createReflector<T extends KubeObject>(options: ReflectorOptions<T>): Reflector<T> {
	const {resource, scope, store, metrics, clock, random, optional} = options;
	const labels = {resource: resourceName(resource)};
	const log = options.log.child({...labels, ...(scope.namespace ? {namespace: scope.namespace} : {})});
	let synced = false;
	let trouble: Error | undefined;
	/** Up to here the store has seen every change; undefined: a list is due. */
	let position: string | undefined;
	let lastPosition: string | undefined;
	let listedAtMs: number | undefined;
	let failures = 0;

	async function listAndWatch(signal: AbortSignal): Promise<void> {
		if (position === undefined) {
			metrics.lists.inc(labels);
			moveTo(await fillStore(options, lastPosition, signal));
			listedAtMs = clock.monotonicMs();
			settle();
		}

		metrics.watches.inc(labels);
		const openedMs = clock.monotonicMs();
		try {
			await followChanges(options, position!, moveTo, signal);
		} finally {
			if (clock.monotonicMs() - openedMs >= healthyAfterMs) failures = 0;
		}

		if (clock.monotonicMs() - openedMs < shortestWatchMs) throw new Error('the server ended the watch at once');
	}

	function moveTo(version: string): void {
		position = version;
		lastPosition = version;
		trouble = undefined;
		metrics.cachedObjects.set(labels, store.size);
	}

	function settle(): void {
		if (!synced) log.debug({objects: store.size}, 'cache filled');
		synced = true;
		metrics.cachedObjects.set(labels, store.size);
	}

	/** Decides where to go on after a failure; returns how long to wait before. */
	function recover(failure: unknown): number {
		const known = isKubeError(failure) ? failure : undefined;
		if (optional && known?.notFound) {
			emptyStore(options);
			position = undefined;
			trouble = undefined;
			settle();
			return absentKindPauseMs;
		}

		failures++;
		trouble = failure instanceof Error ? failure : new Error(String(failure));
		metrics.reflectorErrors.inc({...labels, reason: known?.reason ?? 'Unexpected'});
		// A server restored from a backup has not reached our position: it keeps such a watch open and silent.
		const cause = known?.expired ? 'expired' : known?.reason === 'Silent' ? 'silent' : failures % failuresBeforeRelist === 0 ? 'failures' : undefined;
		if (position !== undefined && cause) {
			metrics.relists.inc({...labels, cause});
			position = undefined;
		}

		log[failures < 3 ? 'info' : 'warn']({...(known ? {problem: known.message} : {error: failure}), failures, relist: position === undefined}, 'following the resource failed and is tried again');
		return backoffDelayMs(failures, pause, random);
	}

	return {
		get synced() {
			return synced;
		},
		get trouble() {
			return trouble;
		},
		get completeSinceMs() {
			return position === undefined || trouble ? undefined : listedAtMs;
		},
		async run(signal) {
			while (!signal.aborted) {
				let waitMs = 0;
				try {
					await listAndWatch(signal);
				} catch (failure) {
					if (!signal.aborted) waitMs = recover(failure);
				}

				if (waitMs > 0) await clock.sleep(waitMs, signal).catch(() => undefined);
			}
		},

		noteWrite(object) {
			// What the watch has passed, it has also seen deleted, if it was. While a list is due, that list will correct this.
			if (position !== undefined && !isNewer(object.metadata.resourceVersion, position)) return;
			store.put(options.prepare(object));
		},
	};
}
