import {keyOfObject} from '../object.ts';
import type {KubeObject, ObjectKey} from '../object.ts';
import {isNewer} from '../resource-version.ts';
import {createIndex} from './index-by.ts';
import type {Index, IndexFunction} from './index-by.ts';

/** A cache as its readers see it. Objects are shared: never change one (tests run with frozen ones). */
export type ReadableStore<T extends KubeObject = KubeObject> = {
	readonly size: number;
	get(key: ObjectKey): T | undefined;
	/** All objects, in no particular order. */
	list(): Iterable<T>;
	/** Objects that the index lists under `value`. @throws when no such index was declared */
	byIndex(index: string, value: string): readonly T[];
};

/** One key's step from one object to another; `object` is absent when it went, `previous` when it is new. */
export type Change<T extends KubeObject = KubeObject> = {
	key: ObjectKey;
	object?: T;
	previous?: T;
};

/** Called synchronously with each change; may only take note of it. */
export type ChangeListener<T extends KubeObject = KubeObject> = (change: Change<T>) => void;

/**
The objects of one resource by key, with indexes. Invariant: an object is never replaced by an older version of itself, so that the answers
to our own writes and the watch may fill it in any order, and each version is announced once.
*/
export class Store<T extends KubeObject = KubeObject> implements ReadableStore<T> {
	readonly #objects = new Map<ObjectKey, T>();
	readonly #indexes = new Map<string, Index>();
	readonly #listeners = new Set<ChangeListener<T>>();

	constructor(indexes: Readonly<Record<string, IndexFunction<T>>> = {}) {
		this.addIndexes(indexes);
	}

	get size(): number {
		return this.#objects.size;
	}

	get(key: ObjectKey): T | undefined {
		return this.#objects.get(key);
	}

	list(): Iterable<T> {
		return this.#objects.values();
	}

	byIndex(index: string, value: string): readonly T[] {
		const found = this.#indexes.get(index);
		if (!found) throw new Error(`the cache has no index ${index}; declare it where the cache is made`);
		return found.keys(value).map(key => this.#objects.get(key)!);
	}

	addIndexes(indexes: Readonly<Record<string, IndexFunction<T>>>): void {
		for (const [name, valuesOf] of Object.entries(indexes)) {
			if (this.#indexes.has(name)) throw new Error(`the cache has an index ${name} already; give this one another name`);
			const index = createIndex(valuesOf as IndexFunction<KubeObject>);
			for (const [key, object] of this.#objects) index.move(key, undefined, object);
			this.#indexes.set(name, index);
		}
	}

	/** Announces all changes from now on; returns the way to stop that. */
	subscribe(listener: ChangeListener<T>): () => void {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	}

	/** Stores `object` unless what is there is the same version or a newer one. */
	put(object: T): void {
		const key = keyOfObject(object);
		const previous = this.#objects.get(key);
		if (previous && !supersedes(object, previous)) return;
		this.#objects.set(key, object);
		this.#reindex(key, previous, object);
		this.#announce(previous ? {key, object, previous} : {key, object});
	}

	/** Removes the object unless what is there is newer than `resourceVersion`, the version of its removal. */
	remove(key: ObjectKey, resourceVersion: string | undefined): void {
		const previous = this.#objects.get(key);
		if (!previous || isNewer(previous.metadata.resourceVersion, resourceVersion)) return;
		this.#objects.delete(key);
		this.#reindex(key, previous, undefined);
		this.#announce({key, previous});
	}

	#reindex(key: ObjectKey, previous: T | undefined, object: T | undefined): void {
		for (const index of this.#indexes.values()) index.move(key, previous, object);
	}

	#announce(change: Change<T>): void {
		for (const listener of this.#listeners) listener(change);
	}
}

/** Versions that cannot be ordered count as newer: what came last is then believed. */
function supersedes(object: KubeObject, previous: KubeObject): boolean {
	const [version, before] = [object.metadata.resourceVersion, previous.metadata.resourceVersion];
	return version !== before && !isNewer(before, version);
}
