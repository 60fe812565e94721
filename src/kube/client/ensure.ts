import {isKubeError, KubeError} from '../kube-error.ts';
import {controllerOf, keyOfObject} from '../object.ts';
import type {KubeObject, ObjectRef} from '../object.ts';
import {resourceName} from '../resource.ts';
import type {Resource} from '../resource.ts';

type Access<T extends KubeObject> = {
	create(): Promise<T>;
	get(resource: Resource<T>, ref: ObjectRef, signal: AbortSignal): Promise<T | undefined>;
};

/**
Creates `object` unless its name is taken by an object of the same controller owner, which is what a repeated create, a crash between
create and status, or a stale cache look like. Where no owner can be named (another namespace, cluster scope), the labels of `object` stand
for it: all of them must be on the existing one.
*/
export async function ensureObject<T extends KubeObject>(access: Access<T>, resource: Resource<T>, object: T, signal: AbortSignal): Promise<T> {
	for (;;) {
		try {
			return await access.create();
		} catch (error) {
			if (!isKubeError(error) || !error.alreadyExists) throw error;
		}

		const existing = await access.get(resource, object.metadata, signal);
		if (!existing) {
			signal.throwIfAborted();
			continue; // deleted between the two calls
		}

		if (belongsWith(existing, object)) return existing;
		throw new KubeError(`${resourceName(resource)} ${keyOfObject(object)} exists and belongs to ${ownerText(existing)}, not to ${ownerText(object)}; when it is removed, ours is created`, {status: 409, reason: 'NotOurs'});
	}
}

function belongsWith(existing: KubeObject, wanted: KubeObject): boolean {
	const owner = controllerOf(wanted);
	if (owner) return controllerOf(existing)?.uid === owner.uid;
	const labels = Object.entries(wanted.metadata.labels ?? {});
	return labels.length > 0 && labels.every(([name, value]) => existing.metadata.labels?.[name] === value);
}

function ownerText(object: KubeObject): string {
	const owner = controllerOf(object);
	return owner ? `${owner.kind} ${owner.name} (uid ${owner.uid})` : `nobody (labels ${JSON.stringify(object.metadata.labels ?? {})})`;
}
