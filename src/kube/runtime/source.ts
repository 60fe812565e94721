import type {Logger} from '../../base/log.ts';
import type {Cache} from '../cache/cache.ts';
import type {Change} from '../cache/store.ts';
import type {Resource} from '../resource.ts';
import {keyOf, keyOfObject} from '../object.ts';
import type {KubeObject, ObjectKey} from '../object.ts';

/** A kind whose changes concern objects of a root kind, and which. */
export type Source<T extends KubeObject = KubeObject> = {
	cache: Cache<T>;
	/** Keys of the root objects that `object` concerns; asked for the object before and after a change. */
	keys: (object: T, key: ObjectKey) => readonly ObjectKey[];
	/** Changes that concern nobody are sorted out here; default: none. */
	relevant?: ((change: Change<T>) => boolean) | undefined;
};

/** A source of any kind, for a controller's list of them. */
export const source = <T extends KubeObject>(description: Source<T>): Source => description as unknown as Source;

/** Objects made by a root object: those that name it as their controller. */
export function ownedBy<T extends KubeObject>(cache: Cache<T>, root: Resource): Source {
	return source({
		cache,
		keys(object) {
			const owner = object.metadata.ownerReferences?.find(reference => reference.controller && reference.kind === root.kind && groupOf(reference.apiVersion) === root.group);
			return owner ? [keyOf({namespace: root.namespaced ? object.metadata.namespace : undefined, name: owner.name})] : [];
		},
	});
}

/** Objects that point at a root object with a label, where no owner can be named: in another namespace, or for a cluster-scoped child. */
export function labelledFor<T extends KubeObject>(cache: Cache<T>, labels: {namespace?: string; name: string}): Source {
	return source({
		cache,
		keys({metadata}) {
			const name = metadata.labels?.[labels.name];
			const namespace = labels.namespace ? metadata.labels?.[labels.namespace] : metadata.namespace;
			return name ? [keyOf({namespace, name})] : [];
		},
	});
}

/** Objects that root objects refer to: `index` of the root's cache lists the root objects under the key of what they refer to. */
export function referredToBy<T extends KubeObject>(cache: Cache<T>, root: Cache, index: string): Source {
	return source({cache, keys: (_object, key) => root.store.byIndex(index, key).map(keyOfObject)});
}

/** Hands the keys of all that is cached now, and of every change from now on, to `add`. */
export function watchSource(watched: Source, add: (key: ObjectKey) => void, log: Logger): () => void {
	function enqueue(change: Change): void {
		try {
			if (watched.relevant && !watched.relevant(change)) return;
			const concerned = new Set([...(change.previous ? watched.keys(change.previous, change.key) : []), ...(change.object ? watched.keys(change.object, change.key) : [])]);
			for (const key of concerned) add(key);
		} catch (error) {
			// A mistake in a mapping must not break the cache's watch, which others share.
			log.error({error, kind: watched.cache.resource.kind, changed: change.key}, 'mapping a change to objects of this controller failed; it is picked up by the next resync');
		}
	}

	const unsubscribe = watched.cache.subscribe(enqueue);
	for (const object of watched.cache.store.list()) enqueue({key: keyOfObject(object), object});
	return unsubscribe;
}

/** Whether a change touched more than status: a new object, a new generation, deletion, labels, annotations or finalizers. */
export function beyondStatus({object, previous}: Change): boolean {
	if (!object || !previous) return true;
	const [now, before] = [object.metadata, previous.metadata];
	return (
		now.uid !== before.uid ||
		now.generation !== before.generation ||
		now.deletionTimestamp !== before.deletionTimestamp ||
		!sameEntries(now.labels, before.labels) ||
		!sameEntries(now.annotations, before.annotations) ||
		(now.finalizers ?? []).join() !== (before.finalizers ?? []).join()
	);
}

function sameEntries(left: Record<string, string> = {}, right: Record<string, string> = {}): boolean {
	const names = Object.keys(left);
	return names.length === Object.keys(right).length && names.every(name => left[name] === right[name]);
}

const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '');
