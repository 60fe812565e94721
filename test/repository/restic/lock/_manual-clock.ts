import type {Clock} from '../../../../src/base/clock.ts';

/** A clock that stands until a test moves it. Sleepers that become due wake in order. */
export class ManualClock implements Clock {
	#elapsedMs = 0;
	#wallOffsetMs: number;
	readonly #sleepers = new Set<{dueMs: number; wake(): void}>();

	constructor(start: string) {
		this.#wallOffsetMs = new Date(start).getTime();
	}

	now(): Date {
		return new Date(this.#wallOffsetMs + this.#elapsedMs);
	}

	monotonicMs(): number {
		return this.#elapsedMs;
	}

	async sleep(ms: number, signal?: AbortSignal): Promise<void> {
		signal?.throwIfAborted();
		const {promise, resolve, reject} = Promise.withResolvers<void>();
		const sleeper = {dueMs: this.#elapsedMs + ms, wake: resolve};
		const abort = (): void => reject(signal?.reason);
		signal?.addEventListener('abort', abort, {once: true});
		this.#sleepers.add(sleeper);
		try {
			await promise;
		} finally {
			this.#sleepers.delete(sleeper);
			signal?.removeEventListener('abort', abort);
		}
	}

	/** How many wait for this clock now. */
	get sleeping(): number {
		return this.#sleepers.size;
	}

	advance(ms: number): void {
		this.#elapsedMs += ms;
		this.#wakeDue();
	}

	/** The machine was asleep: wall time has passed, the monotonic clock stood still. */
	suspend(ms: number): void {
		this.#wallOffsetMs += ms;
	}

	#wakeDue(): void {
		const due = [...this.#sleepers].filter(sleeper => sleeper.dueMs <= this.#elapsedMs).sort((a, b) => a.dueMs - b.dueMs);
		for (const sleeper of due) {
			this.#sleepers.delete(sleeper);
			sleeper.wake();
		}
	}
}

/** Lets the event loop turn until `holds`; for effects of real input and output that a moved clock has set off. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
	for (let turns = 0; turns < 100_000; turns++) {
		if (await holds()) return;
		await new Promise(resolve => setImmediate(resolve));
	}

	throw new Error('what the test waits for does not happen');
}
