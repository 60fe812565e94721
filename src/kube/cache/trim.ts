import type {KubeObject} from '../object.ts';

/** Drops from a freshly parsed object what no controller reads; this may change `object` and must keep its identity fields. */
export type Trim<T extends KubeObject> = (object: T) => T;

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Managed fields and kubectl's copy of the object are often more than half of it. */
export function trimBookkeeping<T extends KubeObject>(object: T): T {
	const metadata: {managedFields?: unknown; annotations?: Record<string, string>} = object.metadata;
	delete metadata.managedFields;
	if (metadata.annotations && lastApplied in metadata.annotations) delete metadata.annotations[lastApplied];
	return object;
}

/** Makes every change of a cached object throw. Costs a walk over the object, so for tests and development. */
export function deepFreeze<T>(value: T): T {
	if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
	for (const child of Object.values(value)) deepFreeze(child);
	return Object.freeze(value);
}
