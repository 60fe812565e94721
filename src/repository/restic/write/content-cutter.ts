import {readSync} from 'node:fs';
import {idLength} from '../blob-id.ts';
import type {NextData, StoredContent} from '../../repository.ts';
import type {Chunker} from '../chunker/chunker.ts';

const readPiece = 256 * 1024;
/** A file is read with this much more than its expected size, so that one call also shows that it has not grown. */
const slack = 4096;

export type ContentCutterOptions = {
	chunker: Chunker;
	/** Stores a piece and writes its ID to `ids` at `at`. */
	store: (plain: Uint8Array, ids: Uint8Array, at: number) => void;
	/** Called between pieces: a promise when the writer has to wait or to let others run. */
	pause: () => Promise<void> | undefined;
};

/** Reads open files and cuts them into pieces, one file after the other, in the chunker's own memory; holes are cut without being read. Errors of reading pass as Node gives them. */
export class ContentCutter {
	readonly #options: ContentCutterOptions;
	/** What a long run of zeros is cut into. */
	#zeros: Uint8Array | undefined;
	/** Settles when the file that is being read is done; files wait for each other here. */
	#turn: Promise<unknown> | undefined;

	constructor(options: ContentCutterOptions) {
		this.#options = options;
	}

	/** Stores a file of one piece in one go; undefined when it is larger, or when another file is half read. */
	storeSmall(fd: number, expectedSize: number): StoredContent | undefined {
		const {chunker, store} = this.#options;
		if (this.#turn || expectedSize > chunker.minSize) return undefined;
		const length = readSync(fd, chunker.input, 0, expectedSize + slack, 0);
		// Less than was asked for is the end of a regular file, unless it is even less than the file had: then an error may follow.
		if (length < expectedSize || length === expectedSize + slack || length > chunker.minSize) return undefined;
		const content = new Uint8Array(length > 0 ? idLength : 0);
		if (length > 0) store(chunker.input.subarray(0, length), content, 0);
		return {content, size: length};
	}

	async store(fd: number, expectedSize: number, nextData?: NextData): Promise<StoredContent> {
		const before = this.#turn;
		const done = Promise.withResolvers<void>();
		const turn = done.promise;
		this.#turn = turn;
		try {
			await before;
			return await this.#cut(fd, expectedSize, nextData);
		} finally {
			if (this.#turn === turn) this.#turn = undefined;
			done.resolve();
		}
	}

	/** Overwrites the chunker's memory. */
	#zeroPiece(): Uint8Array {
		const {chunker} = this.#options;
		if (!this.#zeros) {
			chunker.input.fill(0);
			chunker.reset();
			this.#zeros = new Uint8Array(chunker.scan(0, chunker.maxSize));
		}
		return this.#zeros;
	}

	async #cut(fd: number, expectedSize: number, nextData?: NextData): Promise<StoredContent> {
		const {chunker, store, pause} = this.#options;
		const {input} = chunker;
		const zeros = nextData && this.#zeroPiece();
		const ids = new IdList(Math.ceil(expectedSize / chunker.minSize) + 1);
		let size = 0;
		let filled = 0;
		chunker.reset();

		for (;;) {
			if (zeros) {
				// The piece under way begins in front of what is in memory; where a hole holds all of it, what was read of the hole is dropped.
				const start = size - filled;
				const pieces = Math.floor((nextData(start) - start) / zeros.length);
				if (pieces > 0) {
					ids.repeat(pieces, id => store(zeros, id, 0));
					size = start + pieces * zeros.length;
					filled = 0;
				}
			}
			const length = readSync(fd, input, filled, Math.min(readPiece, input.length - filled), size);
			if (length === 0) break;
			size += length;
			let scanned = filled;
			filled += length;
			for (let cut = chunker.scan(scanned, filled); cut > 0; cut = chunker.scan(scanned, filled)) {
				store(input.subarray(0, cut), ids.next(), 0);
				input.copyWithin(0, cut, filled);
				filled -= cut;
				scanned = 0;
				chunker.reset();
			}
			await pause();
		}
		if (filled > 0) store(input.subarray(0, filled), ids.next(), 0);
		return {content: ids.bytes(), size};
	}
}

/** IDs one after another in memory that grows as needed. */
class IdList {
	#bytes: Uint8Array;
	#count = 0;

	constructor(expected: number) {
		this.#bytes = new Uint8Array(Math.min(expected, 4096) * idLength);
	}

	/** Room for one more ID. */
	next(): Uint8Array {
		const at = this.#count++ * idLength;
		if (at === this.#bytes.length) {
			const bigger = new Uint8Array(this.#bytes.length * 2);
			bigger.set(this.#bytes);
			this.#bytes = bigger;
		}
		return this.#bytes.subarray(at, at + idLength);
	}

	/** The same ID `count` times; `write` is called for the first. */
	repeat(count: number, write: (id: Uint8Array) => void): void {
		const first = this.next();
		write(first);
		const id = first.slice();
		for (let more = 1; more < count; more++) this.next().set(id);
	}

	bytes(): Uint8Array {
		return this.#bytes.slice(0, this.#count * idLength);
	}
}
