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

	bytes(): Uint8Array {
		return this.#bytes.slice(0, this.#count * idLength);
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
