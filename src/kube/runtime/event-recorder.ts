import type {Clock} from '../../base/clock.ts';
import type {Logger} from '../../base/log.ts';
import type {Random} from '../../base/random.ts';
import type {KubeClient} from '../client/kube-client.ts';
import {isKubeError} from '../kube-error.ts';
import type {KubeMetrics} from '../metrics.ts';
import type {KubeObject} from '../object.ts';
import {events} from '../resources.ts';
import {createEventAggregator} from './event-aggregator.ts';
import type {Series} from './event-aggregator.ts';
import {eventObject, seriesPatch} from './event-object.ts';
import type {Occurrence} from './event-object.ts';

/** `Reason` and `Action` are closed sets of the caller: people and alerts match on them. */
export type EventRecorder<Reason extends string = string, Action extends string = string> = {
	/**
	Tells people that something happened to `regarding`. Returns at once and never fails: Events are hints, status is the record.
	Equal occurrences become one Event with a series; `note` therefore must not hold counters or times.
	*/
	record(regarding: KubeObject, occurrence: Occurrence<Reason, Action>): void;
	/** Ends old series until `signal` aborts. */
	run(signal: AbortSignal): Promise<void>;
	/** Writes what waits, the last counts of all series included; at shutdown. */
	flush(signal: AbortSignal): Promise<void>;
};

export type EventRecorderOptions = {
	kube: KubeClient;
	/** Qualified name such as `lazarette.dev/operator`. */
	controller: string;
	/** This process, e.g. the pod's name. */
	instance: string;
	log: Logger;
	metrics: KubeMetrics;
	clock: Clock;
	random: Random;
};

const sweepEveryMs = 60_000;
const mostPending = 1000;
const patience = AbortSignal.timeout.bind(AbortSignal, 60_000);

/** An Event, and its name once it is written. */
type Subject = {regarding: KubeObject; occurrence: Occurrence; name?: string};

type Write = {subject: Subject; series: Series | undefined};

export function createEventRecorder<Reason extends string, Action extends string>(options: EventRecorderOptions): EventRecorder<Reason, Action> {
	const {kube, log, metrics, clock, random} = options;
	const aggregator = createEventAggregator(clock);
	/** Of the running series, by their key. */
	const subjects = new Map<string, Subject>();
	const pending: Write[] = [];
	let draining: Promise<void> | undefined;

	const drop = (cause: string): void => metrics.eventsDropped.inc({cause});

	function enqueue(write: Write): void {
		if (pending.length >= mostPending) {
			drop('overflow');
			return;
		}

		pending.push(write);
		draining ??= drain();
	}

	/** One write after the other: a burst of Events must not compete with the work that it tells of. */
	async function drain(): Promise<void> {
		for (let write = pending.shift(); write; write = pending.shift()) {
			try {
				await deliver(write);
			} catch (error) {
				drop(isKubeError(error) ? error.reason : 'Unexpected');
				log.debug({error, reason: write.subject.occurrence.reason}, 'an Event was not written');
			}
		}

		draining = undefined;
	}

	async function deliver({subject, series}: Write): Promise<void> {
		const {regarding, occurrence, name} = subject;
		if (series && name) {
			try {
				await kube.mergePatch(events, {namespace: namespaceOf(regarding), name}, seriesPatch(series), patience());
				return;
			} catch (error) {
				// Events live an hour; a longer series goes on in a new one.
				if (!isKubeError(error) || !error.notFound) throw error;
			}
		}

		const object = eventObject({regarding, occurrence, series, now: clock.now(), suffix: random.bytes(8).toString('hex'), controller: options.controller, instance: options.instance});
		await kube.create(events, object, patience());
		subject.name = object.metadata.name;
	}

	function end(all: boolean): void {
		for (const {key, series} of aggregator.end(all)) {
			const subject = subjects.get(key);
			if (subject) enqueue({subject, series});
		}

		for (const key of subjects.keys()) {
			if (!aggregator.series(key)) subjects.delete(key);
		}
	}

	return {
		record(regarding, occurrence) {
			const {type, reason, action, note, related} = occurrence;
			const about = regarding.metadata.uid ?? '';
			const key = JSON.stringify([about, type, reason, action, note, related?.metadata.uid]);
			const decision = aggregator.note(key, about);
			if (decision === 'drop') drop('spam');
			if (decision === 'create') subjects.set(key, {regarding: referenceOnly(regarding), occurrence: {...occurrence, related: related && referenceOnly(related)}});
			const subject = subjects.get(key);
			if (subject && decision === 'create') enqueue({subject, series: undefined});
			if (subject && decision === 'update') enqueue({subject, series: aggregator.series(key)});
		},

		async run(signal) {
			while (!signal.aborted) {
				await clock.sleep(sweepEveryMs, signal).catch(() => undefined);
				if (!signal.aborted) end(false);
			}
		},

		async flush(signal) {
			end(true);
			const aborted = new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), {once: true}));
			if (!signal.aborted && draining) await Promise.race([draining, aborted]);
		},
	};
}

/** Events about cluster-scoped objects live in `default`, where the API server wants them. */
const namespaceOf = (regarding: KubeObject): string => regarding.metadata.namespace ?? 'default';

/** Keeps what an Event needs, so that a long series does not keep a whole object alive. */
const referenceOnly = ({apiVersion, kind, metadata: {namespace, name, uid, resourceVersion}}: KubeObject): KubeObject => ({
	apiVersion,
	kind,
	metadata: {name, ...(namespace ? {namespace} : {}), ...(uid ? {uid} : {}), ...(resourceVersion ? {resourceVersion} : {})},
});
