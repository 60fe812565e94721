import {KubeError} from './kube-error.ts';
import type {KubeObject, ObjectRef} from './object.ts';

declare const objectType: unique symbol;

/** One kind as the API server serves it. `T` is the shape of its objects and exists for the compiler only. */
export type Resource<T extends KubeObject = KubeObject> = {
	/** '' for the core group. */
	group: string;
	version: string;
	/** Lowercase, as in URLs. */
	plural: string;
	kind: string;
	namespaced: boolean;
	readonly [objectType]?: T;
};

export const defineResource = <T extends KubeObject>(resource: Omit<Resource, typeof objectType>): Resource<T> => resource;

export const apiVersionOf = (resource: Resource): string => (resource.group ? `${resource.group}/${resource.version}` : resource.version);

/** `volumebackups.lazarette.dev`, or `pods` in the core group: how people and RBAC name it. */
export const resourceName = (resource: Resource): string => (resource.group ? `${resource.plural}.${resource.group}` : resource.plural);

/** Path of the collection; without a namespace, of all namespaces. */
export function collectionPath(resource: Resource, namespace?: string): string {
	const root = resource.group ? `/apis/${resource.group}/${resource.version}` : `/api/${resource.version}`;
	return namespace && resource.namespaced ? `${root}/namespaces/${segment(namespace)}/${resource.plural}` : `${root}/${resource.plural}`;
}

export function objectPath(resource: Resource, ref: ObjectRef, subresource?: string): string {
	const path = `${collectionPath(resource, ref.namespace)}/${segment(ref.name)}`;
	return subresource ? `${path}/${subresource}` : path;
}

/** Names come from people's objects: none may lead a request to another path. */
export function segment(name: string): string {
	if (name === '' || name === '.' || name === '..') throw new KubeError(`${JSON.stringify(name)} is no name of an object or namespace; give a DNS name`, {status: 400, reason: 'BadRequest'});
	return encodeURIComponent(name);
}
