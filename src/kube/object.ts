/** The parts of any Kubernetes object that this layer reads. Times stay the strings that the API server sent. */
export type KubeObject = {
	apiVersion: string;
	kind: string;
	metadata: ObjectMeta;
};

export type ObjectMeta = {
	name: string;
	generateName?: string;
	/** Absent on cluster-scoped objects. */
	namespace?: string;
	uid?: string;
	resourceVersion?: string;
	generation?: number;
	/** RFC 3339 */
	creationTimestamp?: string;
	/** RFC 3339; set while deletion waits for finalizers or grace. */
	deletionTimestamp?: string;
	deletionGracePeriodSeconds?: number;
	labels?: Record<string, string>;
	annotations?: Record<string, string>;
	ownerReferences?: OwnerReference[];
	finalizers?: string[];
};

export type OwnerReference = {
	apiVersion: string;
	kind: string;
	name: string;
	uid: string;
	controller?: boolean;
	blockOwnerDeletion?: boolean;
};

/** Which object of a resource: `namespace` is absent exactly when the resource is cluster-scoped. */
export type ObjectRef = {namespace?: string | undefined; name: string};

/** `namespace/name`, or `name` alone for cluster-scoped objects; the key of caches and queues. */
export type ObjectKey = string;

export const keyOf = (ref: ObjectRef): ObjectKey => (ref.namespace ? `${ref.namespace}/${ref.name}` : ref.name);

export const keyOfObject = (object: KubeObject): ObjectKey => keyOf(object.metadata);

export function refOfKey(key: ObjectKey): ObjectRef {
	const slash = key.indexOf('/');
	return slash < 0 ? {name: key} : {namespace: key.slice(0, slash), name: key.slice(slash + 1)};
}

export const controllerOf = (object: KubeObject): OwnerReference | undefined => object.metadata.ownerReferences?.find(owner => owner.controller);

export const isBeingDeleted = (object: KubeObject): boolean => object.metadata.deletionTimestamp !== undefined;
