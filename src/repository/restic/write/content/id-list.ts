import {idLength} from '../../blob-id.ts';

/** IDs one after another in memory that grows as needed. */
export class IdList {
	#bytes: Uint8Array;
	#count = 0;

	constructor(expected: number) {
		this.#bytes = new Uint8Array(Math.max(1, Math.min(expected, 4096)) * idLength);
	}

	/** Appends the ID at `at` in `ids`, `count` times. */
	append(ids: Uint8Array, at: number, count: number): void {
		const id = ids.slice(at, at + idLength);
		for (let number = 0; number < count; number++) this.#next().set(id);
	}

	/** bytes of all IDs */
	get length(): number {
		return this.#count * idLength;
	}

	/** The memory they are in, from its start; valid until the next `append`. */
	get bytes(): Uint8Array {
		return this.#bytes;
	}

	/** Room for one more ID. */
	#next(): Uint8Array {
		const at = this.#count++ * idLength;
		if (at === this.#bytes.length) {
			const bigger = new Uint8Array(this.#bytes.length * 2);
			bigger.set(this.#bytes);
			this.#bytes = bigger;
		}
		return this.#bytes.subarray(at, at + idLength);
	}
}
