import {randomUUID} from 'node:crypto';
import type {Clock} from '../../base/clock.ts';
import type {Logger} from '../../base/log.ts';
import type {Random} from '../../base/random.ts';
import type {Cache} from '../cache/cache.ts';
import type {KubeMetrics} from '../metrics.ts';
import {refOfKey} from '../object.ts';
import type {KubeObject, ObjectKey} from '../object.ts';
import type {Reconcile} from './reconcile.ts';
import {resync} from './resync.ts';
import {runPass} from './run-pass.ts';
import type {PassOutcome} from './run-pass.ts';
import {watchSource} from './source.ts';
import type {Source} from './source.ts';
import {WorkQueue} from './work-queue.ts';

export type ControllerOptions<T extends KubeObject, S extends object> = {
	/** Lowercase; label of metrics and logs. */
	name: string;
	/** The root kind: every change of one of its objects leads to a pass over it. */
	root: Cache<T>;
	/** Changes of the root that need no pass, such as those of status alone, are sorted out here; default: none. */
	relevant?: Source<T>['relevant'];
	/** Other kinds, whose changes lead to passes over objects of the root kind. */
	sources?: readonly Source[];
	reconcile: Reconcile<T, S>;
	/** The object is gone: forget what is kept for it, such as metrics. */
	gone?: (key: ObjectKey) => void;
	services: S;
	/** Passes at once; default 4. */
	concurrency?: number;
	/** Time limit of a pass; default 2 min. */
	passTimeoutMs?: number;
	log: Logger;
	metrics: KubeMetrics;
	clock: Clock;
	random: Random;
};

export type Controller = {
	readonly name: string;
	/** Works until `signal` aborts, then takes nothing new, and resolves when the running passes have ended; `grace` aborts those. */
	run(signal: AbortSignal, grace: AbortSignal): Promise<void>;
	/** Asks for a pass, for what no watch can tell. */
	enqueue(key: ObjectKey, afterMs?: number): void;
	/** The pass that has run longest past its time limit, if any: it ignores its signal and holds a worker. */
	stuck(): {key: ObjectKey; ms: number} | undefined;
};

const defaults = {concurrency: 4, passTimeoutMs: 120_000};
const stuckAfterMs = 60_000;

export function createController<T extends KubeObject, S extends object>(options: ControllerOptions<T, S>): Controller {
	const {name, root, metrics, clock, random, concurrency = defaults.concurrency, passTimeoutMs = defaults.passTimeoutMs} = options;
	const log = options.log.child({controller: name});
	const queue = new WorkQueue({name, clock, metrics});
	const labels = {controller: name};
	metrics.maxWorkers.set(labels, concurrency);

	async function work(grace: AbortSignal): Promise<void> {
		for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
			metrics.activeWorkers.inc(labels);
			try {
				settle(key, await pass(key, grace));
			} finally {
				metrics.activeWorkers.dec(labels);
				queue.done(key);
			}
		}
	}

	async function pass(key: ObjectKey, grace: AbortSignal): Promise<PassOutcome> {
		const object = root.store.get(key);
		const passLog = log.child({...refOfKey(key), reconcileID: randomUUID()});
		return runPass(
			async signal => (object ? options.reconcile(object, {...options.services, key, signal, log: passLog, failures: queue.failures(key)}) : options.gone?.(key)),
			{labels, log: passLog, metrics, clock, signal: grace, timeoutMs: passTimeoutMs},
		);
	}

	function settle(key: ObjectKey, outcome: PassOutcome): void {
		if (outcome.result === 'error') {
			queue.addRateLimited(key);
			return;
		}

		queue.forget(key);
		if (outcome.result === 'requeue_after') queue.addAfter(key, outcome.afterMs);
	}

	return {
		name,
		enqueue: (key, afterMs = 0) => queue.addAfter(key, afterMs),
		stuck: () =>
			queue
				.workingForMs()
				.filter(({ms}) => ms > passTimeoutMs + stuckAfterMs)
				.toSorted((left, right) => right.ms - left.ms)[0],
		async run(signal, grace) {
			const rootSource: Source<T> = {cache: root, keys: (_object, key) => [key], relevant: options.relevant};
			const sources = [rootSource as unknown as Source, ...(options.sources ?? [])];
			const unsubscribe = sources.map(source => watchSource(source, key => queue.add(key), log));
			const stop = (): void => queue.close();
			signal.addEventListener('abort', stop, {once: true});
			if (signal.aborted) stop();
			const resyncing = resync({store: root.store, add: (key, afterMs) => queue.addAfter(key, afterMs), clock, random, signal});

			await Promise.all(Array.from({length: concurrency}, async () => work(grace)));
			for (const end of unsubscribe) end();
			await resyncing;
		},
	};
}
