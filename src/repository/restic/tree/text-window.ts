/** Of the text in front at least so much is in memory, unless it ends before: any node but that of a very large file fits. */
export const lookAhead = 64 * 1024;
const capacity = 4 * lookAhead;

/** A moving view of a long text that comes in pieces. A text of one piece is not copied. */
export class TextWindow {
	/** Only [at, limit) is text. */
	bytes: Buffer = Buffer.alloc(0);
	at = 0;
	limit = 0;
	/** Nothing comes after `limit`. */
	ended = false;
	/** Where `bytes[0]` lies in the whole text. */
	base = 0;
	readonly #pieces: AsyncIterator<Uint8Array>;
	#next: Uint8Array | undefined;
	#isOwn = false;

	constructor(pieces: AsyncIterator<Uint8Array>) {
		this.#pieces = pieces;
	}

	get needsMore(): boolean {
		return !this.ended && this.limit - this.at < lookAhead;
	}

	/** Brings more text; what lies before `at` is gone then. */
	async fill(): Promise<void> {
		this.#next ??= await this.#piece();
		if (this.base === 0 && this.limit === 0 && this.#next) {
			const first = this.#next;
			this.#next = await this.#piece();
			if (!this.#next) {
				this.bytes = Buffer.from(first.buffer, first.byteOffset, first.length);
				this.limit = first.length;
				return;
			}
			this.#own();
			this.#append(first);
		}
		this.#own();
		while (this.#next && this.limit + this.#next.length <= this.bytes.length) {
			this.#append(this.#next);
			this.#next = await this.#piece();
		}
	}

	/** Reads on to the end of the text and keeps nothing. */
	async drain(): Promise<void> {
		while (!this.ended) await this.#piece();
	}

	async #piece(): Promise<Uint8Array | undefined> {
		const {done, value} = await this.#pieces.next();
		if (done) this.ended = true;
		return done ? undefined : value;
	}

	/** Moves what is left to the front of memory that is ours, with room for the next piece. */
	#own(): void {
		const left = this.limit - this.at;
		const needed = left + (this.#next?.length ?? 0);
		const room = this.#isOwn && this.bytes.length >= needed ? this.bytes : Buffer.allocUnsafeSlow(Math.max(capacity, needed));
		this.bytes.copy(room, 0, this.at, this.limit);
		this.base += this.at;
		this.bytes = room;
		this.#isOwn = true;
		this.at = 0;
		this.limit = left;
	}

	#append(piece: Uint8Array): void {
		this.bytes.set(piece, this.limit);
		this.limit += piece.length;
	}
}
