/** A mark per number, one bit each. */
export class BitSet {
	readonly #bits: Uint8Array;
	#count = 0;

	constructor(size: number) {
		this.#bits = new Uint8Array(Math.ceil(size / 8));
	}

	/** How many are marked. */
	get count(): number {
		return this.#count;
	}

	has(number: number): boolean {
		return (this.#bits[number >> 3]! & (1 << (number & 7))) !== 0;
	}

	/** False when it was marked already. */
	add(number: number): boolean {
		if (this.has(number)) return false;
		this.#bits[number >> 3]! |= 1 << (number & 7);
		this.#count++;
		return true;
	}
}
