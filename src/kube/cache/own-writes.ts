import type {KubeClient} from '../client/kube-client.ts';
import type {KubeObject} from '../object.ts';
import type {Resource} from '../resource.ts';
import type {Caches} from './caches.ts';

/**
A client whose writes show in the caches at once. Without it, a pass that follows its own write within milliseconds would read the cache from
before that write and act twice. Together with deterministic child names and `ensure` this is the guard against stale caches.
*/
export function withOwnWrites(kube: KubeClient, caches: Pick<Caches, 'noteWrite'>): KubeClient {
	async function noted<T extends KubeObject>(resource: Resource<T>, answer: Promise<T>): Promise<T> {
		const object = await answer;
		// The cache trims and may freeze what it keeps; the caller's copy stays its own.
		caches.noteWrite(resource, structuredClone(object));
		return object;
	}

	return {
		...kube,
		create: (resource, object, signal) => noted(resource, kube.create(resource, object, signal)),
		ensure: (resource, object, signal) => noted(resource, kube.ensure(resource, object, signal)),
		apply: (resource, object, options, signal) => noted(resource, kube.apply(resource, object, options, signal)),
		applyStatus: (resource, object, options, signal) => noted(resource, kube.applyStatus(resource, object, options, signal)),
		async mergePatch(resource, ref, patch, signal, subresource) {
			const answer = kube.mergePatch(resource, ref, patch, signal, subresource);
			// The scale subresource answers with a Scale, not with the object.
			return subresource === 'scale' ? answer : noted(resource, answer);
		},
	};
}
