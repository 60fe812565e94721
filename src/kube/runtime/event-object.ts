import {toMicroTime} from '../micro-time.ts';
import type {KubeObject} from '../object.ts';
import type {Event} from '../resources.ts';
import type {Series} from './event-aggregator.ts';

export type Occurrence<Reason extends string = string, Action extends string = string> = {
	type: 'Normal' | 'Warning';
	/** Why, CamelCase. */
	reason: Reason;
	/** What was done or tried, CamelCase. */
	action: Action;
	/** For people; cut at 1 kB. */
	note: string;
	/** A second object that took part. */
	related?: KubeObject | undefined;
};

/** Limits of events.k8s.io/v1, in bytes. */
const longestNote = 1024;
const longestInstance = 128;

export type EventFacts = {
	regarding: KubeObject;
	occurrence: Occurrence;
	series: Series | undefined;
	now: Date;
	/** Tells Events about one object apart. */
	suffix: string;
	controller: string;
	instance: string;
};

export function eventObject({regarding, occurrence, series, now, suffix, controller, instance}: EventFacts): Event {
	const {type, reason, action, note, related} = occurrence;
	return {
		apiVersion: 'events.k8s.io/v1',
		kind: 'Event',
		metadata: {name: `${regarding.metadata.name.slice(0, 200)}.${suffix}`, namespace: regarding.metadata.namespace ?? 'default'},
		eventTime: toMicroTime(now),
		reportingController: controller,
		reportingInstance: cutToBytes(instance, longestInstance),
		type,
		reason,
		action,
		note: cutToBytes(note, longestNote),
		regarding: referenceTo(regarding),
		...(related ? {related: referenceTo(related)} : {}),
		...(series ? seriesPatch(series) : {}),
	};
}

export const seriesPatch = ({count, lastAt}: Series) => ({series: {count, lastObservedTime: toMicroTime(lastAt)}});

function referenceTo({apiVersion, kind, metadata: {namespace, name, uid, resourceVersion}}: KubeObject): NonNullable<Event['regarding']> {
	return {apiVersion, kind, name, ...(namespace ? {namespace} : {}), ...(uid ? {uid} : {}), ...(resourceVersion ? {resourceVersion} : {})};
}

/** The longest beginning of `text` that fits, marked as cut, never in the middle of a character. */
export function cutToBytes(text: string, bytes: number): string {
	if (Buffer.byteLength(text) <= bytes) return text;
	const mark = '…';
	const room = bytes - Buffer.byteLength(mark);
	let length = 0;
	let kept = '';
	for (const character of text) {
		length += Buffer.byteLength(character);
		if (length > room) break;
		kept += character;
	}

	return kept + mark;
}
