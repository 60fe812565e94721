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
	readonly #file: Uint32Array;
	readonly #blob: Uint32Array;
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

	blobOf(row: number): number {
		return this.#blob[row]!;
	}

	positionOf(row: number): number {
		return this.#position[row]!;
	}

	/**
	The rows by pack: packs in the order of their first use, so that files are written in the order of the archive, and within a pack by offset, so that it is read
	from front to back. Rows of the same blob are neighbours.
	@param mostBlobs a part names at most so many different blobs; a pack with more comes in several parts
	*/
	*parts(mostBlobs = 1024): Generator<PackPart> {
		const order = this.#sorted();
		for (let start = 0; start < order.length; ) {
			const pack = this.#pack[order[start]!]!;
			const firsts: number[] = [];
			let end = start;
			for (let last = -1; end < order.length && this.#pack[order[end]!] === pack; end++) {
				const offset = this.#offset[order[end]!]!;
				if (offset === last) continue;
				if (firsts.length === mostBlobs) break;
				firsts.push(end);
				last = offset;
			}
			yield {pack, groups: firsts.map((first, index) => order.subarray(first, firsts[index + 1] ?? end))};
			start = end;
		}
	}

	#sorted(): Uint32Array {
		const rank = new Map<number, number>();
		const order = new Uint32Array(this.#length);
		for (let row = 0; row < this.#length; row++) {
			order[row] = row;
			if (!rank.has(this.#pack[row]!)) rank.set(this.#pack[row]!, rank.size);
		}
		const ranks = Uint32Array.from(order, row => rank.get(this.#pack[row]!)!);
		return order.sort((a, b) => ranks[a]! - ranks[b]! || this.#offset[a]! - this.#offset[b]! || a - b);
	}
}

export type Job = {
	pack: number;
	offset: number;
	/** Which of the files under way. */
	file: number;
	/** Which of the file's blobs. */
	blob: number;
	position: number;
};

export type PackPart = {
	pack: number;
	/** For each blob, in the order of their offsets, the rows of all places it goes to. */
	groups: Uint32Array[];
};
