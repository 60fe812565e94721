import {isDeepStrictEqual} from 'node:util';
import type {Applied, KubeClient} from '../client/kube-client.ts';
import type {KubeObject} from '../object.ts';
import type {Resource} from '../resource.ts';

export type WithStatus = KubeObject & {status?: object};

/**
Makes `status` the object's status, unless it is already. Status has one manager, which applies it whole: fields left out are removed.
@returns the object as it is then, or `object` itself when nothing was to be written
@throws KubeError `notFound` when the object is gone, `conflict` when a namesake with another uid took its place
*/
export async function writeStatus<T extends WithStatus>(target: {kube: KubeClient; resource: Resource<T>; manager: string; signal: AbortSignal}, object: T, status: NonNullable<T['status']>): Promise<T> {
	const {kube, resource, manager, signal} = target;
	if (isDeepStrictEqual(asSent(object.status), asSent(status))) return object;
	const {name, namespace, uid} = object.metadata;
	const applied = {
		apiVersion: object.apiVersion,
		kind: object.kind,
		// With the uid, a status never lands on a namesake created since.
		metadata: {name, ...(namespace ? {namespace} : {}), ...(uid ? {uid} : {})},
		status,
	};
	return kube.applyStatus(resource, applied as unknown as Applied<T>, {manager, force: true}, signal);
}

/** As JSON carries it: without undefined members. */
const asSent = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
