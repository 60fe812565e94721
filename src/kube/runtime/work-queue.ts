import type {Clock} from '../../base/clock.ts';
import type {KubeMetrics} from '../metrics.ts';
import {createDelayLine} from './delay-line.ts';
import type {DelayLine} from './delay-line.ts';
import {createRetryLimiter} from './retry-limiter.ts';
import type {RetryLimiter, RetryLimits} from './retry-limiter.ts';

export type WorkQueueOptions = {
	/** Label of its metrics. */
	name: string;
	clock: Clock;
	metrics: KubeMetrics;
	limits?: RetryLimits;
};

/**
Keys to be worked on. Invariants: a key waits at most once; a key that is being worked on is handed to nobody else; a key that is added
meanwhile is handed out again after `done`, so no change is lost.
*/
export class WorkQueue {
	/** Waiting, in order, with the time since when. */
	readonly #waiting = new Map<string, number>();
	/** Being worked on, with the time since when. */
	readonly #working = new Map<string, number>();
	/** Added while being worked on. */
	readonly #dirty = new Set<string>();
	readonly #takers: Array<(key: string | undefined) => void> = [];
	readonly #closing = new AbortController();
	readonly #delayed: DelayLine;
	readonly #limiter: RetryLimiter;
	readonly #clock: Clock;
	readonly #metrics: KubeMetrics;
	readonly #labels: {name: string; controller: string};

	constructor({name, clock, metrics, limits}: WorkQueueOptions) {
		this.#clock = clock;
		this.#metrics = metrics;
		this.#labels = {name, controller: name};
		this.#delayed = createDelayLine(clock, key => this.add(key), this.#closing.signal);
		this.#limiter = createRetryLimiter(clock, limits);
	}

	/** Keys that wait now; delayed ones are not among them. */
	get depth(): number {
		return this.#waiting.size + this.#dirty.size;
	}

	/** Age in ms of each key being worked on. */
	workingForMs(): Array<{key: string; ms: number}> {
		const nowMs = this.#clock.monotonicMs();
		return [...this.#working].map(([key, sinceMs]) => ({key, ms: nowMs - sinceMs}));
	}

	add(key: string): void {
		if (this.#closing.signal.aborted || this.#waiting.has(key) || this.#dirty.has(key)) return;
		this.#metrics.queueAdds.inc(this.#labels);
		if (this.#working.has(key)) this.#dirty.add(key);
		else this.#enqueue(key);
		this.#metrics.queueDepth.set(this.#labels, this.depth);
	}

	addAfter(key: string, ms: number): void {
		if (ms <= 0) this.add(key);
		else this.#delayed.add(key, ms);
	}

	/** For a key whose work failed: after its growing pause. */
	addRateLimited(key: string): void {
		this.#metrics.queueRetries.inc(this.#labels);
		this.addAfter(key, this.#limiter.next(key));
	}

	/** How often the key failed since it was last forgotten. */
	failures(key: string): number {
		return this.#limiter.failures(key);
	}

	/** The key's work succeeded: its next failure starts with the first pause again. */
	forget(key: string): void {
		this.#limiter.forget(key);
	}

	/** The next key, which is the caller's until `done`; undefined once the queue is closed. */
	async take(): Promise<string | undefined> {
		if (this.#closing.signal.aborted) return undefined;
		for (const key of this.#waiting.keys()) return this.#start(key);
		return new Promise(resolve => this.#takers.push(resolve));
	}

	/** Every taken key must be given back, whatever became of its work. */
	done(key: string): void {
		const startedMs = this.#working.get(key);
		if (startedMs === undefined) throw new Error(`${key} is not being worked on`);
		this.#working.delete(key);
		this.#metrics.workSeconds.observe(this.#labels, (this.#clock.monotonicMs() - startedMs) / 1000);
		if (this.#dirty.delete(key)) this.#enqueue(key);
		this.#metrics.queueDepth.set(this.#labels, this.depth);
	}

	/** Hands out nothing more and drops what waits; keys being worked on are still to be given back. */
	close(): void {
		this.#closing.abort();
		this.#waiting.clear();
		this.#dirty.clear();
		for (const taker of this.#takers.splice(0)) taker(undefined);
		this.#metrics.queueDepth.set(this.#labels, 0);
	}

	#enqueue(key: string): void {
		if (this.#closing.signal.aborted) return;
		this.#waiting.set(key, this.#clock.monotonicMs());
		const taker = this.#takers.shift();
		if (taker) taker(this.#start(key));
	}

	#start(key: string): string {
		const nowMs = this.#clock.monotonicMs();
		this.#metrics.queueSeconds.observe(this.#labels, (nowMs - (this.#waiting.get(key) ?? nowMs)) / 1000);
		this.#waiting.delete(key);
		this.#working.set(key, nowMs);
		this.#metrics.queueDepth.set(this.#labels, this.depth);
		return key;
	}
}
