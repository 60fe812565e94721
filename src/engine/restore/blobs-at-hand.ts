/** What is kept in all; the oldest goes first. */
const capacity = 2 * 1024 * 1024;
/** Asking again for a larger blob is not what makes a restore slow. */
const largest = 64 * 1024;

/** Keeps small blobs that several files have in common: files all over an archive hold the same licence or the same empty log, and each would cost a request of its own. */
export class BlobsAtHand {
	/** By the reader's number, in the order in which they came. */
	readonly #blobs = new Map<number, Uint8Array>();
	#bytes = 0;

	get(blob: number): Uint8Array | undefined {
		return this.#blobs.get(blob);
	}

	/** Copies the bytes, unless there are too many. */
	keep(blob: number, bytes: Uint8Array): void {
		if (bytes.length > largest || this.#blobs.has(blob)) return;
		this.#blobs.set(blob, bytes.slice());
		this.#bytes += bytes.length;
		for (const [oldest, {length}] of this.#blobs) {
			if (this.#bytes <= capacity) return;
			this.#blobs.delete(oldest);
			this.#bytes -= length;
		}
	}
}
