import {idLength} from '../../blob-id.ts';

/** Files that wait at once: enough that no thread runs dry while the walk is in a large directory. A power of two. */
const slots = 128;

const header = {offered: 0, claimed: 1} as const;
const headerWords = Object.keys(header).length;
const fields = {state: 0, fd: 1, errno: 2} as const;
const fieldCount = Object.keys(fields).length;
const states = {free: 0, waiting: 1, stored: 2, tooLarge: 3, failed: 4} as const;

const wordBytes = Math.ceil(((headerWords + slots * fieldCount) * 4) / 8) * 8;
const sizeBytes = slots * 8;

export const ringBytes = wordBytes + sizeBytes + slots * idLength;

/** Open files of one piece, in shared memory. One thread offers them and takes the results in the same order; any thread may claim one. */
export class FileRing {
	readonly #words: Int32Array;
	readonly #sizes: Float64Array;
	readonly #ids: Uint8Array;
	/** Results taken; the offering thread's own. */
	#taken = 0;

	constructor(memory: SharedArrayBuffer) {
		this.#words = new Int32Array(memory, 0, wordBytes / 4);
		this.#sizes = new Float64Array(memory, wordBytes, slots);
		this.#ids = new Uint8Array(memory, wordBytes + sizeBytes, slots * idLength);
	}

	/** False when it is full. */
	offer(fd: number, expectedSize: number): boolean {
		const offered = this.#words[header.offered]!;
		if (((offered - this.#taken) | 0) === slots) return false;
		const slot = offered & (slots - 1);
		this.#words[place(slot) + fields.fd] = fd;
		this.#sizes[slot] = expectedSize;
		Atomics.store(this.#words, place(slot) + fields.state, states.waiting);
		Atomics.store(this.#words, header.offered, (offered + 1) | 0);
		return true;
	}

	/** A slot whose file is now the caller's to store; -1 when there is none. */
	claim(): number {
		for (;;) {
			const claimed = Atomics.load(this.#words, header.claimed);
			if (claimed === Atomics.load(this.#words, header.offered)) return -1;
			if (Atomics.compareExchange(this.#words, header.claimed, claimed, (claimed + 1) | 0) === claimed) return claimed & (slots - 1);
		}
	}

	fdOf(slot: number): number {
		return this.#words[place(slot) + fields.fd]!;
	}

	/** As expected before, as read after. */
	sizeOf(slot: number): number {
		return this.#sizes[slot]!;
	}

	/** Where the ID of the claimed slot goes. */
	get ids(): Uint8Array {
		return this.#ids;
	}

	idAt(slot: number): number {
		return slot * idLength;
	}

	/** @param size as read; undefined when the file is too large for one piece */
	finish(slot: number, size: number | undefined): void {
		if (size !== undefined) this.#sizes[slot] = size;
		Atomics.store(this.#words, place(slot) + fields.state, size === undefined ? states.tooLarge : states.stored);
	}

	fail(slot: number, errno: number): void {
		this.#words[place(slot) + fields.errno] = errno;
		Atomics.store(this.#words, place(slot) + fields.state, states.failed);
	}

	/** The slot of the oldest file whose outcome was not taken yet; -1 when there is none so far. */
	done(): number {
		const slot = this.#taken & (slots - 1);
		return Atomics.load(this.#words, place(slot) + fields.state) > states.waiting ? slot : -1;
	}

	/** What became of the file in the slot that `done` gave: bytes read, of which the ID stands in its place unless there are none; `tooLarge` for one piece; or the number of the error that reading failed with. */
	outcomeOf(slot: number): number | 'tooLarge' | {errno: number} {
		const state = this.#words[place(slot) + fields.state];
		if (state === states.tooLarge) return 'tooLarge';
		return state === states.failed ? {errno: this.#words[place(slot) + fields.errno]!} : this.#sizes[slot]!;
	}

	/** The slot that `done` gave is free for another file. */
	free(slot: number): void {
		this.#words[place(slot) + fields.state] = states.free;
		this.#taken = (this.#taken + 1) | 0;
	}
}

const place = (slot: number): number => headerWords + slot * fieldCount;
