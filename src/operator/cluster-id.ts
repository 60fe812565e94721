import {LazaretteError} from '../base/errors.ts';
import type {KubeClient} from '../kube/client/kube-client.ts';
import {namespaces} from '../kube/resources.ts';

/** Short name of the cluster, the same for its whole life: kube-system is never made anew. */
export async function clusterIdOf(kube: KubeClient, signal: AbortSignal): Promise<string> {
	const namespace = await kube.get(namespaces, {name: 'kube-system'}, signal);
	if (!namespace?.metadata.uid) throw new LazaretteError('Unexpected', 'namespace kube-system cannot be read', {hint: 'the operator tells the locks of this cluster by the uid of that namespace; let its role get namespaces'});
	return namespace.metadata.uid.slice(0, 8);
}
