import {idLength} from '../../blob-id.ts';
import {ThreadLock} from '../../thread-lock.ts';

/** Pieces whose IDs wait to be taken, in the order of the file. */
const entries = 512;
/** Holes that are known ahead. */
export const mostHoles = 128;

const words = {lock: 0, state: 1, fd: 2, errno: 3, cut: 4, taken: 5, file: 6, holes: 7} as const;
const headerWords = Object.keys(words).length;
const floats = {position: 0, mapEnd: 1} as const;
const headerFloats = Object.keys(floats).length;

const wordBytes = (headerWords + entries * 2) * 4;
const floatBytes = (headerFloats + mostHoles * 2) * 8;

export const cursorBytes = wordBytes + floatBytes + entries * idLength;

const states = {none: 0, open: 1, ended: 2, failed: 3} as const;

/** A piece, or as many pieces of zeros as fill a hole, whose ID is to be written to `ids` at `idAt`. */
export type CutEntry = number;

/**
One large open file that all threads cut together, in shared memory. Whoever holds the lock reads on from the cursor and cuts the next piece, moves the cursor
behind it and lets go; hashing, compressing and sealing the piece, nine tenths of the work, is then done beside the next thread's cutting.
*/
export class FileCursor {
	readonly lock: ThreadLock;
	readonly #words: Int32Array;
	readonly #floats: Float64Array;
	readonly ids: Uint8Array;

	constructor(memory: SharedArrayBuffer) {
		this.#words = new Int32Array(memory, 0, wordBytes / 4);
		this.#floats = new Float64Array(memory, wordBytes, floatBytes / 8);
		this.ids = new Uint8Array(memory, wordBytes + floatBytes, entries * idLength);
		this.lock = new ThreadLock(this.#words, words.lock);
	}

	// All of the following down to `fail` is for the holder of the lock.

	/** Can be cut further now: there is room for another ID, and it is known whether a hole comes. */
	get isOpen(): boolean {
		return this.#words[words.state] === states.open && this.#words[words.cut]! - Atomics.load(this.#words, words.taken) < entries && this.position < this.#floats[floats.mapEnd]!;
	}

	/** Of this file among those the cursor was opened for. */
	get file(): number {
		return this.#words[words.file]!;
	}

	get fd(): number {
		return this.#words[words.fd]!;
	}

	/** Where the next piece begins. */
	get position(): number {
		return this.#floats[floats.position]!;
	}

	/** End of the hole in which `position` lies; `position` when there is data. */
	holeEnd(position: number): number {
		for (let hole = 0; hole < this.#words[words.holes]!; hole++) {
			const at = headerFloats + hole * 2;
			if (this.#floats[at]! <= position && position < this.#floats[at + 1]!) return this.#floats[at + 1]!;
		}
		return position;
	}

	/** Moves on by `length` bytes, which are `count` pieces with the same ID. */
	cut(length: number, count: number): CutEntry {
		const entry = this.#words[words.cut]! % entries;
		this.#words[headerWords + entry * 2 + 1] = count;
		this.#floats[floats.position]! += length;
		// The entry is unfinished before anybody can see that it is there.
		Atomics.store(this.#words, headerWords + entry * 2, 0);
		Atomics.add(this.#words, words.cut, 1);
		return entry;
	}

	/** The file has nothing more. */
	end(): void {
		Atomics.store(this.#words, words.state, states.ended);
	}

	/** Reading failed; what was cut before still counts. */
	fail(errno: number): void {
		this.#words[words.errno] = errno;
		Atomics.store(this.#words, words.state, states.failed);
	}

	// The rest is for anybody.

	idAt(entry: CutEntry): number {
		return entry * idLength;
	}

	/** The entry's ID stands in its place. */
	finish(entry: CutEntry): void {
		Atomics.store(this.#words, headerWords + entry * 2, 1);
	}

	// And this for the main thread, with the lock where it changes what others read.

	/** @param mapEnd holes that begin before it are known; Infinity for a file without any */
	open(fd: number, mapEnd: number): void {
		this.#words[words.fd] = fd;
		this.#words[words.cut] = 0;
		this.#words[words.taken] = 0;
		this.#words[words.holes] = 0;
		this.#words[words.file]!++;
		this.#floats[floats.position] = 0;
		this.#floats[floats.mapEnd] = mapEnd;
		Atomics.store(this.#words, words.state, states.open);
	}

	/** The oldest finished entry that was not taken, or -1; its ID is valid until `taken`. */
	next(): CutEntry {
		const taken = this.#words[words.taken]!;
		if (taken === Atomics.load(this.#words, words.cut)) return -1;
		const entry = taken % entries;
		return Atomics.load(this.#words, headerWords + entry * 2) === 1 ? entry : -1;
	}

	countOf(entry: CutEntry): number {
		return this.#words[headerWords + entry * 2 + 1]!;
	}

	taken(): void {
		Atomics.add(this.#words, words.taken, 1);
	}

	/** Once every entry was taken: the file's end, or the number of the error it ended with. */
	get outcome(): {size: number} | {errno: number} | undefined {
		const state = Atomics.load(this.#words, words.state);
		if (state === states.none || state === states.open || this.#words[words.taken] !== this.#words[words.cut]) return undefined;
		return state === states.ended ? {size: this.position} : {errno: this.#words[words.errno]!};
	}

	get mapEnd(): number {
		return this.#floats[floats.mapEnd]!;
	}

	/** Holes that were not passed yet. */
	get holesAhead(): number {
		let ahead = 0;
		for (let hole = 0; hole < this.#words[words.holes]!; hole++) if (this.#floats[headerFloats + hole * 2 + 1]! > this.position) ahead++;
		return ahead;
	}

	/** Forgets holes that were passed and adds others, [start, end) each, at most `mostHoles` with those ahead. */
	addHoles(holes: ReadonlyArray<readonly [number, number]>, mapEnd: number): void {
		let count = 0;
		for (let hole = 0; hole < this.#words[words.holes]!; hole++) {
			const at = headerFloats + hole * 2;
			if (this.#floats[at + 1]! > this.position) this.#floats.copyWithin(headerFloats + count++ * 2, at, at + 2);
		}
		for (const [start, end] of holes) this.#floats.set([start, end], headerFloats + count++ * 2);
		this.#words[words.holes] = count;
		this.#floats[floats.mapEnd] = mapEnd;
	}
}
