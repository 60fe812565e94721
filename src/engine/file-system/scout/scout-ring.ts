/** 32-bit words that both sides use; `fed`, `next` and `at` are numbers of entries, which are never used twice. */
const words = {fed: 0, next: 1, at: 2, sleeps: 3, stop: 4, ready: 5} as const;
const headWords = 16;

/** Of a slot, in bytes. The status is as the kernel writes it (`struct statx`); the name ends with a zero byte. */
const slot = {done: 0, directory: 4, outcome: 8, status: 16, name: 272, bytes: 544} as const;
const statusBytes = slot.name - slot.status;
/** NAME_MAX (linux/limits.h). */
export const longestName = 255;

/** What the scout has found. Whatever is not said here somebody has to ask for: then an error is one of the call itself. */
export const outcomes = {status: 1, noAttributes: 2} as const;

/** A number of entries, as a 32-bit word that overflows like one. */
const before = (a: number, b: number): boolean => ((a - b) | 0) < 0;

/**
Memory between the walk and its scout: a ring of entries, each with the directory it is to be looked up in. The walk writes names and goes on; the scout writes what it has
found and only then that it has. Neither waits for the other: what the scout has not done yet the walk does itself, and the scout then leaves it out.
*/
export class ScoutRing {
	static readonly slots = 512;
	readonly memory: SharedArrayBuffer;
	readonly words: Int32Array;
	readonly statusWords: Uint32Array;
	readonly #bytes: Uint8Array;
	readonly #names: Uint8Array[] = [];
	readonly #statuses: Uint8Array[] = [];

	constructor(memory = new SharedArrayBuffer(headWords * 4 + ScoutRing.slots * slot.bytes)) {
		this.memory = memory;
		this.words = new Int32Array(memory);
		this.statusWords = new Uint32Array(memory);
		this.#bytes = new Uint8Array(memory);
		for (let number = 0; number < ScoutRing.slots; number++) {
			const start = headWords * 4 + number * slot.bytes;
			this.#names.push(new Uint8Array(memory, start + slot.name, longestName + 1));
			this.#statuses.push(new Uint8Array(memory, start + slot.status, statusBytes));
		}
	}

	get isReady(): boolean {
		return Atomics.load(this.words, words.ready) === 1;
	}

	tellReady(): void {
		Atomics.store(this.words, words.ready, 1);
	}

	get isStopped(): boolean {
		return Atomics.load(this.words, words.stop) === 1;
	}

	stop(): void {
		Atomics.store(this.words, words.stop, 1);
		// Whoever is about to sleep until this word changes must not miss it.
		Atomics.add(this.words, words.fed, 1);
		Atomics.notify(this.words, words.fed);
	}

	/** Number of the next entry to be fed. */
	get fed(): number {
		return Atomics.load(this.words, words.fed);
	}

	/** Writes an entry that counts with the next `publish`. */
	feed(entry: number, directory: number, names: Uint8Array, from: number, to: number): void {
		const start = startOf(entry);
		this.words[(start + slot.directory) >> 2] = directory;
		let at = start + slot.name;
		// On some file systems names are longer than that: nothing is found of an empty one, and the walk asks by itself.
		if (to - from <= longestName) for (let index = from; index < to; index++) this.#bytes[at++] = names[index]!;
		this.#bytes[at] = 0;
	}

	publish(fed: number): void {
		Atomics.store(this.words, words.fed, fed);
		if (Atomics.load(this.words, words.sleeps) === 1) Atomics.notify(this.words, words.fed);
	}

	/** Everything before `entry` is done with. */
	passTo(entry: number): void {
		Atomics.store(this.words, words.next, entry);
	}

	/** Whether the scout uses nothing any more that belongs to entries before `entry`, provided that all of them are done with. */
	isPast(entry: number): boolean {
		return !before(Atomics.load(this.words, words.at), entry);
	}

	/** What was found of an entry, 0 unless it is there; its status then begins in `statusWords` where `statusOf` says. */
	outcomeOf(entry: number): number {
		const start = startOf(entry) >> 2;
		return Atomics.load(this.words, start + (slot.done >> 2)) === ((entry + 1) | 0) ? this.words[start + (slot.outcome >> 2)]! : 0;
	}

	/** Place of the entry's status in `statusWords`. */
	statusOf(entry: number): number {
		return (startOf(entry) + slot.status) >> 2;
	}

	/** For the scout: the number of an entry at or after `entry` that is worth looking at. Blocks until there is one or it is told to stop, which it finds out itself. */
	claim(entry: number): number {
		let at = entry;
		for (;;) {
			Atomics.store(this.words, words.at, at);
			const next = Atomics.load(this.words, words.next);
			const fed = this.fed;
			if (before(at, next)) {
				// The walk is at that very place: further on there is still something to gain.
				const ahead = (next + lead) | 0;
				at = before(ahead, fed) ? ahead : fed;
			} else if (at !== fed || this.isStopped) return at;
			else {
				Atomics.store(this.words, words.sleeps, 1);
				if (!this.isStopped) Atomics.wait(this.words, words.fed, fed);
				Atomics.store(this.words, words.sleeps, 0);
			}
		}
	}

	/** For the scout: what to look at. */
	taskOf(entry: number): {directory: number; name: Uint8Array; status: Uint8Array} {
		const number = slotOf(entry);
		return {directory: this.words[(startOf(entry) + slot.directory) >> 2]!, name: this.#names[number]!, status: this.#statuses[number]!};
	}

	/** For the scout. */
	report(entry: number, outcome: number): void {
		const start = startOf(entry) >> 2;
		this.words[start + (slot.outcome >> 2)] = outcome;
		Atomics.store(this.words, start + (slot.done >> 2), (entry + 1) | 0);
	}
}

/** Entries by which the scout gets ahead of a walk that has overtaken it. */
const lead = 8;

const slotOf = (entry: number): number => entry & (ScoutRing.slots - 1);
const startOf = (entry: number): number => headWords * 4 + slotOf(entry) * slot.bytes;
