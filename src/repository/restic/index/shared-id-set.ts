import {LazaretteError} from '../../../base/errors.ts';
import {idLength} from '../blob-id.ts';
import {ThreadLock} from '../thread-lock.ts';

const words = {lock: 0, count: 1, slots: 2} as const;
const firstSlots = 1024;
const firstIds = 1024;
/** Address space only: memory is taken as the set grows. */
const mostIds = 64 * 1024 * 1024;
const lockPatienceMs = 30_000;

/** What other threads need to see the same set. */
export type SharedIdMemory = {words: SharedArrayBuffer; slots: SharedArrayBuffer; ids: SharedArrayBuffer};

/**
A set of SHA-256 IDs that all threads of the process see and extend: of two threads that add the same ID only one is told that it was new. 32 bytes for each ID and
6 to 12 bytes of slots, found by open addressing. A lock around every look costs 50 ns, nothing beside the hash it is taken for.
*/
export class SharedIdSet {
	readonly #memory: SharedIdMemory;
	readonly #words: Int32Array;
	readonly #lock: ThreadLock;
	/** Until its memory is given to another thread nobody else can be at it. */
	#isShared: boolean;
	#slots: Int32Array;
	#ids: Uint8Array;

	constructor(shared?: SharedIdMemory) {
		this.#isShared = shared !== undefined;
		this.#memory = shared ?? newMemory();
		this.#words = new Int32Array(this.#memory.words);
		this.#lock = new ThreadLock(this.#words, words.lock);
		if (!shared) this.#words[words.slots] = firstSlots;
		// Views of a fixed length are as fast as of any buffer; a view that follows the buffer's growth is not.
		this.#slots = new Int32Array(this.#memory.slots, 0, this.#words[words.slots]);
		this.#ids = new Uint8Array(this.#memory.ids, 0, this.#memory.ids.byteLength);
	}

	get count(): number {
		return this.#words[words.count]!;
	}

	/** For `new SharedIdSet` in another thread. */
	share(): SharedIdMemory {
		this.#isShared = true;
		return this.#memory;
	}

	has(id: Uint8Array, at = 0): boolean {
		this.#enter();
		// Looked at before others may put another ID there.
		const isThere = this.#slots[this.#find(id, at)] !== 0;
		this.#leave();
		return isThere;
	}

	/** False when it was there already. */
	add(id: Uint8Array, at = 0): boolean {
		this.#enter();
		try {
			const slot = this.#find(id, at);
			if (this.#slots[slot] !== 0) return false;
			this.#append(slot, id, at);
			return true;
		} finally {
			this.#leave();
		}
	}

	#enter(): void {
		if (!this.#isShared) return;
		if (!this.#lock.lock(lockPatienceMs)) throw new LazaretteError('Unexpected', 'a thread of this process ended while it held the list of known blobs');
		// Another thread may have made it larger.
		if (this.#slots.length !== this.#words[words.slots]) this.#slots = new Int32Array(this.#memory.slots, 0, this.#words[words.slots]);
		if (this.#ids.length !== this.#memory.ids.byteLength) this.#ids = new Uint8Array(this.#memory.ids, 0, this.#memory.ids.byteLength);
	}

	#leave(): void {
		if (this.#isShared) this.#lock.unlock();
	}

	/** The slot that has the ID, or the free one where it belongs. */
	#find(id: Uint8Array, at: number): number {
		const mask = this.#slots.length - 1;
		let slot = hashOf(id, at) & mask;
		for (let entry = this.#slots[slot]!; entry !== 0; entry = this.#slots[slot]!) {
			if (this.#isAt((entry - 1) * idLength, id, at)) return slot;
			slot = (slot + 1) & mask;
		}
		return slot;
	}

	#isAt(place: number, id: Uint8Array, at: number): boolean {
		const ids = this.#ids;
		for (let index = 0; index < idLength; index++) if (ids[place + index] !== id[at + index]) return false;
		return true;
	}

	#append(slot: number, id: Uint8Array, at: number): void {
		const entry = this.#words[words.count]!;
		if ((entry + 1) * idLength > this.#ids.length) this.#growIds();
		const place = entry * idLength;
		for (let index = 0; index < idLength; index++) this.#ids[place + index] = id[at + index]!;
		this.#slots[slot] = entry + 1;
		this.#words[words.count] = entry + 1;
		if (entry + 1 > this.#slots.length * 0.7) this.#growSlots();
	}

	#growIds(): void {
		const length = Math.min(this.#ids.length + Math.max(this.#ids.length >> 3, firstIds * idLength), mostIds * idLength);
		const whole = length - (length % idLength);
		if (whole === this.#ids.length) throw new LazaretteError('Unexpected', `the repository has more than ${mostIds} blobs, more than one run can work with`, {hint: 'divide the volumes among several repositories'});
		this.#memory.ids.grow(whole);
		this.#ids = new Uint8Array(this.#memory.ids, 0, whole);
	}

	#growSlots(): void {
		const count = this.#slots.length * 2;
		this.#memory.slots.grow(count * 4);
		this.#words[words.slots] = count;
		this.#slots = new Int32Array(this.#memory.slots, 0, count);
		this.#slots.fill(0);
		const mask = count - 1;
		for (let entry = 0; entry < this.count; entry++) {
			let slot = hashOf(this.#ids, entry * idLength) & mask;
			while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
			this.#slots[slot] = entry + 1;
		}
	}
}

const newMemory = (): SharedIdMemory => ({
	words: new SharedArrayBuffer(Object.keys(words).length * 4),
	slots: new SharedArrayBuffer(firstSlots * 4, {maxByteLength: mostIds * 2 * 4}),
	ids: new SharedArrayBuffer(firstIds * idLength, {maxByteLength: mostIds * idLength}),
});

/** IDs are hashes already; any four bytes of them are one. */
const hashOf = (id: Uint8Array, at: number): number => id[at + 8]! | (id[at + 9]! << 8) | (id[at + 10]! << 16) | (id[at + 11]! << 24);
