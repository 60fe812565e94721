import {setImmediate as turn} from 'node:timers/promises';
import type {Clock} from '../base/clock.ts';

/**
Lets long synchronous work share the thread: timers, uploads and the lock's refresh run when `breathe` is awaited. `due` is cheap enough to be
asked for every file. Aborts surface here too, because a loop without waits never sees them otherwise.
*/
export class Pace {
	readonly #clock: Clock;
	readonly #signal: AbortSignal;
	readonly #everyMs: number;
	#asked = 0;
	#lastMs: number;

	constructor(clock: Clock, signal: AbortSignal, everyMs = 20) {
		this.#clock = clock;
		this.#signal = signal;
		this.#everyMs = everyMs;
		this.#lastMs = clock.monotonicMs();
	}

	due(): boolean {
		if (this.#asked++ % 16 !== 0) return false;
		return this.#clock.monotonicMs() - this.#lastMs >= this.#everyMs;
	}

	async breathe(): Promise<void> {
		await turn();
		this.#lastMs = this.#clock.monotonicMs();
		this.#signal.throwIfAborted();
	}
}
