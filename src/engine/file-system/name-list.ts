import {sortNames} from './sort-names.ts';

/** NAME_MAX (linux/limits.h). */
const longestName = 255;

/**
The names of one directory in two flat buffers, because an object per name would cost 70 MiB for 300 000 of them.
Filled by a directory reader, sorted once, then read in order; may be reused for another directory afterwards.
*/
export class NameList {
	#bytes: Buffer<ArrayBuffer> = Buffer.allocUnsafeSlow(16 * 1024);
	#used = 0;
	/** Where name i begins; it ends where the next begins. */
	#starts = new Uint32Array(512);
	#count = 0;
	#order: Uint32Array | undefined;

	get length(): number {
		return this.#count;
	}

	clear(): void {
		this.#used = 0;
		this.#count = 0;
		this.#order = undefined;
	}

	/** Appends `source[start, end)`. */
	add(source: Buffer, start: number, end: number): void {
		const length = end - start;
		if (this.#used + length > this.#bytes.length) this.#growBytes(length);
		if (this.#count + 1 >= this.#starts.length) this.#growStarts();
		source.copy(this.#bytes, this.#used, start, end);
		this.#starts[this.#count++] = this.#used;
		this.#used += length;
		this.#starts[this.#count] = this.#used;
	}

	/** Appends what `source` holds from `start` to the next zero byte, and returns where that is. */
	addUntilZero(source: Buffer, start: number): number {
		if (this.#used + longestName > this.#bytes.length) this.#growBytes(longestName);
		if (this.#count + 1 >= this.#starts.length) this.#growStarts();
		const bytes = this.#bytes;
		let at = start;
		let used = this.#used;
		// A name that is longer than names can be goes the slow way.
		const end = start + longestName;
		for (; at < end && source[at] !== 0; at++) bytes[used++] = source[at]!;
		if (at === end) {
			at = source.indexOf(0, start);
			this.add(source, start, at);
			return at;
		}
		this.#starts[this.#count++] = this.#used;
		this.#used = used;
		this.#starts[this.#count] = used;
		return at;
	}

	/** Puts the names in ascending order of their bytes. */
	sort(): void {
		this.#order = sortNames(this.#bytes, this.#starts, this.#count);
	}

	/** The memory that all names are in; valid until names are added. */
	get bytes(): Buffer {
		return this.#bytes;
	}

	/** Where in `bytes` the name at `index` of the sorted order begins. */
	startOf(index: number): number {
		return this.#starts[this.#order ? this.#order[index]! : index]!;
	}

	/** Where it ends. */
	endOf(index: number): number {
		return this.#starts[(this.#order ? this.#order[index]! : index) + 1]!;
	}

	/** A copy of the name at `index` of the sorted order. */
	at(index: number): Buffer {
		const start = this.startOf(index);
		const end = this.endOf(index);
		const name = Buffer.allocUnsafe(end - start);
		this.#bytes.copy(name, 0, start, end);
		return name;
	}

	#growBytes(needed: number): void {
		const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#used + needed));
		this.#bytes.copy(grown, 0, 0, this.#used);
		this.#bytes = grown;
	}

	#growStarts(): void {
		const grown = new Uint32Array(this.#starts.length * 2);
		grown.set(this.#starts);
		this.#starts = grown;
	}
}
