import {IdTable} from './id-table.ts';

/** The packs an index names, numbered from 0, each with the end of its last known blob. */
export class PackTable {
	readonly ids = new IdTable();
	#ends = new Uint32Array(256);

	get count(): number {
		return this.ids.count;
	}

	/** The pack's number; it is added when it is new. */
	numberOf(packId: Uint8Array): number {
		const number = this.ids.numberOf(packId);
		if (number >= this.#ends.length) {
			const bigger = new Uint32Array(this.#ends.length * 2);
			bigger.set(this.#ends);
			this.#ends = bigger;
		}
		return number;
	}

	/** Says that a blob of the pack ends at `end`. */
	extend(number: number, end: number): void {
		if (end > this.#ends[number]!) this.#ends[number] = end;
	}

	/** Bytes from the pack's start to the end of its last known blob. */
	endOf(number: number): number {
		return this.#ends[number]!;
	}
}
