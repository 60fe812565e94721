import {keyOfObject} from '../object.ts';
import type {KubeObject} from '../object.ts';
import {resourceName} from '../resource.ts';
import type {Followed} from './followed.ts';
import {superviseIdle} from './supervise-idle.ts';

const shortestSeconds = 300;
const longestSeconds = 600;

/**
One watch, to its end: every change since `position` into the store. `reached` is told each version up to which the store is now complete.
The lifetime is random, so that watches do not all come back at once.
@throws KubeError `expired`; `Silent` when not even a bookmark came
*/
export async function followChanges<T extends KubeObject>(followed: Followed<T>, position: string, reached: (version: string) => void, signal: AbortSignal): Promise<void> {
	const {kube, resource, scope, store, prepare, metrics, clock, random} = followed;
	const timeoutSeconds = Math.round(shortestSeconds + random.fraction() * (longestSeconds - shortestSeconds));
	using supervision = superviseIdle(clock, signal);

	for await (const event of kube.watch(resource, {...scope, resourceVersion: position, timeoutSeconds}, supervision.signal)) {
		metrics.watchEvents.inc({resource: resourceName(resource), type: event.type});
		supervision.sign();
		if (event.type === 'BOOKMARK') {
			if (event.resourceVersion) reached(event.resourceVersion);
			continue;
		}

		// The version of a DELETED object is that of its removal.
		const {resourceVersion} = event.object.metadata;
		if (event.type === 'DELETED') store.remove(keyOfObject(event.object), resourceVersion);
		else store.put(prepare(event.object));
		if (resourceVersion) reached(resourceVersion);
	}
}
