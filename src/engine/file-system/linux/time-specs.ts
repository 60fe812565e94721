const second = 1_000_000_000n;

/** Two `struct timespec` in memory that every call of one instance uses again. */
export class TimeSpecs {
	readonly #bytes = Buffer.alloc(32);
	readonly #longs = new BigInt64Array(this.#bytes.buffer, this.#bytes.byteOffset, 4);

	of(atimeNs: bigint, mtimeNs: bigint): Buffer {
		this.#put(0, atimeNs);
		this.#put(2, mtimeNs);
		return this.#bytes;
	}

	#put(at: number, timeNs: bigint): void {
		// Before 1970 the seconds are negative while the nanoseconds still count upwards.
		const nanoseconds = ((timeNs % second) + second) % second;
		this.#longs[at] = (timeNs - nanoseconds) / second;
		this.#longs[at + 1] = nanoseconds;
	}
}
