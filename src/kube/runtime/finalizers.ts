import type {KubeClient} from '../client/kube-client.ts';
import type {KubeObject} from '../object.ts';
import type {Resource} from '../resource.ts';

export const hasFinalizer = (object: KubeObject, finalizer: string): boolean => object.metadata.finalizers?.includes(finalizer) ?? false;

/** @throws KubeError `conflict` when the object changed since it was read: the next pass sees it as it is */
export async function addFinalizer<T extends KubeObject>(kube: KubeClient, resource: Resource<T>, object: T, finalizer: string, signal: AbortSignal): Promise<T> {
	if (hasFinalizer(object, finalizer)) return object;
	return setFinalizers(kube, resource, object, [...(object.metadata.finalizers ?? []), finalizer], signal);
}

/** @throws KubeError `conflict` when the object changed since it was read, `notFound` when it is gone */
export async function removeFinalizer<T extends KubeObject>(kube: KubeClient, resource: Resource<T>, object: T, finalizer: string, signal: AbortSignal): Promise<T> {
	if (!hasFinalizer(object, finalizer)) return object;
	return setFinalizers(kube, resource, object, object.metadata.finalizers!.filter(other => other !== finalizer), signal);
}

/** Apply cannot remove a finalizer that another manager wrote, and a merge patch replaces the whole list: so only from the version we read. */
const setFinalizers = <T extends KubeObject>(kube: KubeClient, resource: Resource<T>, {metadata}: T, finalizers: string[], signal: AbortSignal): Promise<T> =>
	kube.mergePatch(resource, metadata, {metadata: {uid: metadata.uid, resourceVersion: metadata.resourceVersion, finalizers}}, signal);
