const free = 0;
const held = 1;
const awaited = 2;

/** A lock that threads of this process share: one word of shared memory, which the kernel is only asked about when somebody has to wait. */
export class ThreadLock {
	readonly #words: Int32Array;
	readonly #at: number;

	constructor(words: Int32Array, at: number) {
		this.#words = words;
		this.#at = at;
	}

	/** Waits at most so long, the whole thread with it. False when others hold it still. */
	lock(patienceMs: number): boolean {
		if (Atomics.compareExchange(this.#words, this.#at, free, held) === free) return true;
		while (Atomics.exchange(this.#words, this.#at, awaited) !== free) {
			if (Atomics.wait(this.#words, this.#at, awaited, patienceMs) === 'timed-out') return false;
		}
		return true;
	}

	unlock(): void {
		if (Atomics.exchange(this.#words, this.#at, free) === awaited) Atomics.notify(this.#words, this.#at, 1);
	}
}
