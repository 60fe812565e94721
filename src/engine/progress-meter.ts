import type {Clock} from '../base/clock.ts';

/** The side of a meter that the work itself sees. */
export type Ticker = {tick(): void};

/** Passes on how far something is, at most once per interval; `tick` is cheap enough for every file and every block. */
export class ProgressMeter<T> {
	readonly #clock: Clock;
	readonly #current: () => T;
	readonly #report: ((progress: T) => void) | undefined;
	readonly #everyMs: number;
	#ticks = 0;
	#lastMs: number;

	constructor(options: {clock: Clock; current: () => T; report: ((progress: T) => void) | undefined; everyMs?: number}) {
		this.#clock = options.clock;
		this.#current = options.current;
		this.#report = options.report;
		this.#everyMs = options.everyMs ?? 250;
		this.#lastMs = this.#clock.monotonicMs();
	}

	tick(): void {
		if (!this.#report || this.#ticks++ % 32 !== 0) return;
		if (this.#clock.monotonicMs() - this.#lastMs >= this.#everyMs) this.now();
	}

	/** Reports whatever the interval, for the first and the last state. */
	now(): void {
		this.#lastMs = this.#clock.monotonicMs();
		this.#report?.(this.#current());
	}
}
