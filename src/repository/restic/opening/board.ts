/** `free`: whoever asks for blobs may fill it. `ready`: any thread may take it. `busy`: a thread works on it. `done`: whoever asked may look. */
export const states = {free: 0, ready: 1, busy: 2, done: 3} as const;

const fields = {state: 0, count: 1, task: 2} as const;
const fieldCount = 3;
const header = {work: 0, done: 1, stop: 2} as const;
const headerCount = 4;

export const boardBytes = (slots: number): number => (headerCount + slots * fieldCount) * 4;

/** The state of all slots, where all threads see it, and what they wake each other by. */
export class Board {
	readonly #words: Int32Array;
	readonly #slots: number;

	constructor(memory: SharedArrayBuffer) {
		this.#words = new Int32Array(memory);
		this.#slots = (this.#words.length - headerCount) / fieldCount;
	}

	offer(slot: number, count: number, task: number): void {
		const at = placeOf(slot);
		this.#words[at + fields.count] = count;
		this.#words[at + fields.task] = task;
		Atomics.store(this.#words, at + fields.state, states.ready);
		Atomics.add(this.#words, header.work, 1);
		Atomics.notify(this.#words, header.work, 1);
	}

	/** A slot that was ready and is now the caller's to work on; -1 when there is none. */
	claim(): number {
		for (let slot = 0; slot < this.#slots; slot++) {
			if (Atomics.compareExchange(this.#words, placeOf(slot) + fields.state, states.ready, states.busy) === states.ready) return slot;
		}
		return -1;
	}

	finish(slot: number): void {
		Atomics.store(this.#words, placeOf(slot) + fields.state, states.done);
		Atomics.add(this.#words, header.done, 1);
		Atomics.notify(this.#words, header.done);
	}

	countOf(slot: number): number {
		return this.#words[placeOf(slot) + fields.count]!;
	}

	taskOf(slot: number): number {
		return this.#words[placeOf(slot) + fields.task]!;
	}

	stateOf(slot: number): number {
		return Atomics.load(this.#words, placeOf(slot) + fields.state);
	}

	free(slot: number): void {
		Atomics.store(this.#words, placeOf(slot) + fields.state, states.free);
	}

	/** Changes whenever work is offered; to be read before the search that `waitForWork` follows. */
	get workMark(): number {
		return Atomics.load(this.#words, header.work);
	}

	/** Blocks the thread until work is offered, unless it is to stop: that word may lie before `mark` and after the caller's last look at it. */
	waitForWork(mark: number): void {
		if (!this.isStopped) Atomics.wait(this.#words, header.work, mark);
	}

	/** Changes whenever a slot is finished. */
	get doneMark(): number {
		return Atomics.load(this.#words, header.done);
	}

	/** Blocks the thread: for a moment only, so that what else it has to do is not kept waiting. */
	waitForDone(mark: number, ms: number): void {
		Atomics.wait(this.#words, header.done, mark, ms);
	}

	stop(): void {
		Atomics.store(this.#words, header.stop, 1);
		Atomics.add(this.#words, header.work, 1);
		Atomics.notify(this.#words, header.work);
	}

	get isStopped(): boolean {
		return Atomics.load(this.#words, header.stop) === 1;
	}
}

const placeOf = (slot: number): number => headerCount + slot * fieldCount;
