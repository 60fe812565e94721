import type {KubeObject, ObjectKey} from '../object.ts';

/** How an object is found other than by key: all values under which it is to be listed. */
export type IndexFunction<T extends KubeObject> = (object: T) => readonly string[];

export type Index = {
	keys(value: string): ObjectKey[];
	/** Takes `key` from where `previous` stood to where `object` stands. */
	move(key: ObjectKey, previous: KubeObject | undefined, object: KubeObject | undefined): void;
};

export function createIndex(valuesOf: IndexFunction<KubeObject>): Index {
	const keysByValue = new Map<string, Set<ObjectKey>>();
	return {
		keys: value => [...(keysByValue.get(value) ?? [])],
		move(key, previous, object) {
			for (const value of previous ? valuesOf(previous) : []) {
				const keys = keysByValue.get(value);
				keys?.delete(key);
				if (keys?.size === 0) keysByValue.delete(value);
			}

			for (const value of object ? valuesOf(object) : []) {
				const keys = keysByValue.get(value);
				if (keys) keys.add(key);
				else keysByValue.set(value, new Set([key]));
			}
		},
	};
}
