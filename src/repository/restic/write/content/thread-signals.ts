const words = {mark: 0, sleepers: 1, stop: 2, isHeld: 3, mainWaits: 4, ready: 5} as const;

export const signalBytes = Object.keys(words).length * 4;

/** `finish`: close the packs and end. `abandon`: drop them and end. */
export const stops = {none: 0, finish: 1, abandon: 2} as const;
export type Stop = (typeof stops)[keyof typeof stops];

/** What threads tell each other besides the work itself. */
export class ThreadSignals {
	readonly #words: Int32Array;

	constructor(memory: SharedArrayBuffer) {
		this.#words = new Int32Array(memory);
	}

	/** Threads that take work. */
	get ready(): number {
		return Atomics.load(this.#words, words.ready);
	}

	get stop(): Stop {
		return Atomics.load(this.#words, words.stop) as Stop;
	}

	/** Nothing new is to be stored for now: uploads have to catch up. */
	get isHeld(): boolean {
		return Atomics.load(this.#words, words.isHeld) === 1;
	}

	/** Changes with everything that a sleeper wants to know; to be read before the look that `sleep` follows. */
	get mark(): number {
		return Atomics.load(this.#words, words.mark);
	}

	/** Blocks the thread unless anything has happened since `mark`, or it is to stop. */
	sleep(mark: number): void {
		Atomics.add(this.#words, words.sleepers, 1);
		// The word to stop may lie before `mark` and after the caller's last look at it: nobody would wake this thread again.
		if (this.stop === stops.none) Atomics.wait(this.#words, words.mark, mark);
		Atomics.sub(this.#words, words.sleepers, 1);
	}

	wake(): void {
		Atomics.add(this.#words, words.mark, 1);
		if (Atomics.load(this.#words, words.sleepers) > 0) Atomics.notify(this.#words, words.mark);
	}

	tellReady(): void {
		Atomics.add(this.#words, words.ready, 1);
	}

	tellStop(stop: Stop): void {
		Atomics.store(this.#words, words.stop, stop);
		this.wake();
	}

	hold(isHeld: boolean): void {
		Atomics.store(this.#words, words.isHeld, isHeld ? 1 : 0);
		if (!isHeld) this.wake();
	}

	/** The main thread has nothing to do, and its event loop will not look by itself. */
	waitInMain(): void {
		Atomics.store(this.#words, words.mainWaits, 1);
	}

	/** Whether the main thread waits and must be sent a message; true for one caller only. */
	endWaitOfMain(): boolean {
		return Atomics.load(this.#words, words.mainWaits) === 1 && Atomics.exchange(this.#words, words.mainWaits, 0) === 1;
	}
}
