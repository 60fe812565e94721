/**
What has to be fetched and where it goes, one row per blob and place in flat columns: an object each would cost more than the blobs of a small file.
A table is filled, worked off and cleared again.
*/
export class JobTable {
	readonly capacity: number;
	#length = 0;
	readonly #pack: Uint32Array;
	/** Of the blob in its pack. */
	readonly #offset: Uint32Array;
	readonly #blob: Uint32Array;
	readonly #file: Uint32Array;
	/** In the file, bytes. */
	readonly #position: Float64Array;

	constructor(capacity: number) {
		this.capacity = capacity;
		this.#pack = new Uint32Array(capacity);
		this.#offset = new Uint32Array(capacity);
		this.#file = new Uint32Array(capacity);
		this.#blob = new Uint32Array(capacity);
		this.#position = new Float64Array(capacity);
	}

	get length(): number {
		return this.#length;
	}

	get isFull(): boolean {
		return this.#length === this.capacity;
	}

	clear(): void {
		this.#length = 0;
	}

	add(job: Job): void {
		if (this.isFull) throw new RangeError('the job table is full');
		const row = this.#length++;
		this.#pack[row] = job.pack;
		this.#offset[row] = job.offset;
		this.#file[row] = job.file;
		this.#blob[row] = job.blob;
		this.#position[row] = job.position;
	}

	fileOf(row: number): number {
		return this.#file[row]!;
	}

	/** Its number in the reader. */
	blobOf(row: number): number {
		return this.#blob[row]!;
	}

	positionOf(row: number): number {
		return this.#position[row]!;
	}

	/**
	The rows by pack: packs in the order of their first use, so that files are written in the order of the archive, and within a pack by offset, so that it is read
	from front to back. Rows of the same blob are neighbours. Rows that are `done` are left out.
	*/
	*parts(done: (row: number) => boolean = () => false): Generator<JobPart> {
		const order = this.#sorted(done);
		for (let start = 0; start < order.length; ) {
			const pack = this.#pack[order[start]!]!;
			let end = start + 1;
			while (end < order.length && this.#pack[order[end]!] === pack) end++;
			const blobs = new Uint32Array(end - start);
			const firsts = new Uint32Array(end - start);
			let count = 0;
			for (let at = start, last = -1; at < end; at++) {
				const offset = this.#offset[order[at]!]!;
				if (offset === last) continue;
				blobs[count] = this.#blob[order[at]!]!;
				firsts[count++] = at - start;
				last = offset;
			}
			yield {pack, blobs: blobs.slice(0, count), firsts: firsts.slice(0, count), rows: order.subarray(start, end)};
			start = end;
		}
	}

	#sorted(done: (row: number) => boolean): Uint32Array {
		const rank = new Map<number, number>();
		const rows = new Uint32Array(this.#length);
		let count = 0;
		for (let row = 0; row < this.#length; row++) {
			if (done(row)) continue;
			rows[count++] = row;
			if (!rank.has(this.#pack[row]!)) rank.set(this.#pack[row]!, rank.size);
		}
		const order = rows.subarray(0, count);
		const rankOf = (row: number): number => rank.get(this.#pack[row]!)!;
		const compare = (a: number, b: number): number => (this.#pack[a] === this.#pack[b] ? 0 : rankOf(a) - rankOf(b)) || this.#offset[a]! - this.#offset[b]! || a - b;
		// An archive is mostly walked in the order in which it was written.
		for (let at = 1; at < count; at++) if (compare(order[at - 1]!, order[at]!) > 0) return order.sort(compare);
		return order;
	}
}

export type Job = {
	pack: number;
	offset: number;
	/** Number of the blob in the reader. */
	blob: number;
	/** Which of the files under way. */
	file: number;
	position: number;
};

export type JobPart = {
	pack: number;
	/** In the order of their offsets. */
	blobs: Uint32Array;
	/** All rows of the part. Those of `blobs[n]`, one for each place it goes to, begin at `firsts[n]`. */
	rows: Uint32Array;
	firsts: Uint32Array;
};
