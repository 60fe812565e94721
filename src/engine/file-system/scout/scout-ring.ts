import {entrySlot} from '../../../repository/entry-run.ts';
import type {EntryRun} from '../../../repository/entry-run.ts';

/** 32-bit words that both sides use; `fed` and `at` are numbers of entries, which are never used twice. */
const words = {fed: 0, at: 1, sleeps: 2, stop: 3, ready: 4} as const;
const headWords = 16;

/** Of a slot, in bytes, before what `EntryRun` tells of it. */
const slot = {...entrySlot, done: 0, directory: 4, outcome: 8, claim: 12} as const;
/** NAME_MAX (linux/limits.h). */
export const longestName = 255;

/** What the scout has found. Whatever is not said here somebody has to ask for: then an error is one of the call itself. */
export const outcomes = {status: 1, noAttributes: 2} as const;

/** A number of entries, as a 32-bit word that overflows like one. */
const before = (a: number, b: number): boolean => ((a - b) | 0) < 0;

/**
Memory between the walk and its scout: a ring of entries, each with the directory it is to be looked up in. The walk writes names and goes on. Whoever claims an entry looks at it, writes what was
found and only then that it was: the scout from the first on, the walk from the last on where it has nothing better to do. Neither waits for the other.
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
			this.#statuses.push(new Uint8Array(memory, start + slot.status, slot.name - slot.status));
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

	/** Whether nobody works on the slot that the entry would get. */
	isFree(entry: number): boolean {
		const start = startOf(entry) >> 2;
		return Atomics.load(this.words, start + (slot.done >> 2)) === Atomics.load(this.words, start + (slot.claim >> 2));
	}

	/** Writes an entry that counts with the next `publish`; its slot must be free. */
	feed(entry: number, directory: number, names: Uint8Array, from: number, to: number): void {
		const start = startOf(entry);
		this.words[(start + slot.directory) >> 2] = directory;
		let at = start + slot.name;
		// On some file systems names are longer than that: nothing is found of an empty one, and the walk asks by itself.
		if (to - from <= longestName) for (let index = from; index < to; index++) this.#bytes[at++] = names[index]!;
		this.#bytes[at] = 0;
		Atomics.store(this.words, (start + slot.claim) >> 2, ~(entry + 1));
	}

	publish(fed: number): void {
		Atomics.store(this.words, words.fed, fed);
		if (Atomics.load(this.words, words.sleeps) === 1) Atomics.notify(this.words, words.fed);
	}

	/** True for one of all who ask: that one reports what it has found. */
	claim(entry: number): boolean {
		const done = (entry + 1) | 0;
		return Atomics.compareExchange(this.words, (startOf(entry) + slot.claim) >> 2, ~done, done) === ~done;
	}

	/** Nobody is to look at the entries from `from` to `to` who has not begun to. */
	dropAll(from: number, to: number): void {
		for (let entry = from; entry !== to; entry = (entry + 1) | 0) if (this.claim(entry)) this.report(entry, 0);
	}

	/** Whether the scout uses nothing any more that belongs to entries before `entry`, provided that all of them are claimed. */
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

	/** How many entries from `entry` on, and up to `most`, have a status and no attributes. Less when the ring's memory ends before. */
	plainFrom(entry: number, most: number): number {
		const end = Math.min(most, ScoutRing.slots - slotOf(entry));
		let count = 0;
		while (count < end && this.outcomeOf((entry + count) | 0) === (outcomes.status | outcomes.noAttributes)) count++;
		return count;
	}

	isDone(entry: number): boolean {
		return Atomics.load(this.words, (startOf(entry) + slot.done) >> 2) === ((entry + 1) | 0);
	}

	/** `count` entries from `entry` on, which `plainFrom` has counted. */
	run(entry: number, count: number): EntryRun {
		return {bytes: this.#bytes, at: startOf(entry), count};
	}

	/** For the scout: goes on to the entry `entry`. Blocks until there is one or it is told to stop, which it finds out itself. */
	goOnTo(entry: number): void {
		Atomics.store(this.words, words.at, entry);
		for (;;) {
			const {fed} = this;
			if (entry !== fed || this.isStopped) return;
			Atomics.store(this.words, words.sleeps, 1);
			if (!this.isStopped) Atomics.wait(this.words, words.fed, fed);
			Atomics.store(this.words, words.sleeps, 0);
		}
	}

	/** What to look at, for whom has claimed it. */
	taskOf(entry: number): {directory: number; name: Uint8Array; status: Uint8Array} {
		const number = slotOf(entry);
		return {directory: this.words[(startOf(entry) + slot.directory) >> 2]!, name: this.#names[number]!, status: this.#statuses[number]!};
	}

	/** What was found, from whom has claimed it. */
	report(entry: number, outcome: number): void {
		const start = startOf(entry) >> 2;
		this.words[start + (slot.outcome >> 2)] = outcome;
		Atomics.store(this.words, start + (slot.done >> 2), (entry + 1) | 0);
	}
}

const slotOf = (entry: number): number => entry & (ScoutRing.slots - 1);
const startOf = (entry: number): number => headWords * 4 + slotOf(entry) * slot.bytes;
