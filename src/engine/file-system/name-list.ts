import {sortNames} from './sort-names.ts';

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

	/** Puts the names in ascending order of their bytes. */
	sort(): void {
		this.#order = sortNames(this.#bytes, this.#starts, this.#count);
	}

	/** A copy of the name at `index` of the sorted order. */
	at(index: number): Buffer {
		const place = this.#order ? (this.#order[index] ?? 0) : index;
		const start = this.#starts[place] ?? 0;
		const end = this.#starts[place + 1] ?? 0;
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
