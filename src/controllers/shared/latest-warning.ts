import type {KubeObject} from '../../kube/object.ts';
import {events} from '../../kube/resources.ts';
import type {Event} from '../../kube/resources.ts';
import {oneLine} from './one-line.ts';
import type {PassTools} from './services.ts';

/**
The newest Warning about an object, in words. Some causes are told by Events alone: why a Job gets no pod (quota, pod security), why a
volume is not mounted. They are text for people, never a base for decisions.
*/
export async function latestWarning({metadata: {namespace, uid}}: KubeObject, {kube, signal, log}: Pick<PassTools, 'kube' | 'signal' | 'log'>): Promise<string | undefined> {
	let newest: Event | undefined;
	try {
		for await (const page of kube.list(events, {namespace, fieldSelector: `regarding.uid=${uid},type=Warning`}, signal)) {
			for (const event of page.items) {
				if (!newest || timeOf(event) >= timeOf(newest)) newest = event;
			}
		}
	} catch (error) {
		signal.throwIfAborted();
		log.debug({error}, 'Events could not be read');
	}

	return newest && (oneLine(newest.note) || newest.reason);
}

/** Old-style recorders leave `eventTime` empty. */
const timeOf = (event: Event): number => Date.parse(event.series?.lastObservedTime ?? event.eventTime ?? event.deprecatedLastTimestamp ?? event.metadata.creationTimestamp ?? '') || 0;
