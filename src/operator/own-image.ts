import {LazaretteError} from '../base/errors.ts';
import type {KubeClient} from '../kube/client/kube-client.ts';
import type {ObjectRef} from '../kube/object.ts';
import {pods} from '../kube/resources.ts';

const container = 'operator';

/** The image of this operator's own container, whatever a deployment tool has made of it: operator and movers speak the same request only when they come from one. */
export async function ownImage(kube: KubeClient, pod: ObjectRef | undefined, signal: AbortSignal): Promise<string> {
	const found = pod && (await kube.get(pods, pod, signal));
	const containers = found?.spec?.containers ?? [];
	const image = (containers.find(({name}) => name === container) ?? containers[0])?.image;
	if (image) return image;
	throw new LazaretteError('BadRequest', pod ? `pod ${pod.name} of the operator cannot be found` : 'no image is known for the movers', {
		hint: 'give --mover-image, or let POD_NAME and POD_NAMESPACE name the operator\'s own pod',
	});
}
