import {readSync} from 'node:fs';
import {readErrno} from './read-error.ts';
import type {Chunker} from '../../chunker/chunker.ts';
import type {CutEntry, FileCursor} from './file-cursor.ts';
import type {FileRing} from './file-ring.ts';

const readPiece = 256 * 1024;
/** A file is read with this much more than its expected size, so that one call also shows that it has not grown. */
const slack = 4096;

export type ContentLaneOptions = {
	chunker: Chunker;
	/** Stores a piece and writes its ID to `ids` at `at`. */
	store: (plain: Uint8Array, ids: Uint8Array, at: number) => void;
};

/** `stored`: a piece was done. `nothing`: there is none to do now. `locked`: another thread held the cursor too long. */
export type Advance = 'stored' | 'nothing' | 'locked';

/** What one thread does with open files: it reads them into memory of its own, cuts and stores. Errors of reading pass as Node gives them. */
export class ContentLane {
	readonly #chunker: Chunker;
	readonly #store: ContentLaneOptions['store'];
	/** What a long run of zeros is cut into. */
	#zeros: Uint8Array | undefined;
	#isAtEnd = false;
	/** Bytes in memory that follow the last piece this thread cut, for the case that it cuts the next one too. */
	#carried = {file: -1, position: 0, length: 0};

	constructor({chunker, store}: ContentLaneOptions) {
		this.#chunker = chunker;
		this.#store = store;
	}

	/** Longest file that is always one piece. */
	get longestSmall(): number {
		return this.#chunker.minSize;
	}

	/** Stores a file of one piece. Returns its length, or -1 when it is not such a file. */
	storeSmall(fd: number, expectedSize: number, ids: Uint8Array, at: number): number {
		const {input, minSize} = this.#chunker;
		if (expectedSize > minSize) return -1;
		this.#carried.file = -1;
		const length = readSync(fd, input, 0, expectedSize + slack, 0);
		// Less than was asked for is the end of a regular file, unless it is even less than the file had: then an error may follow.
		if (length < expectedSize || length === expectedSize + slack || length > minSize) return -1;
		if (length > 0) this.#store(input.subarray(0, length), ids, at);
		return length;
	}

	/** Stores a file of the ring. False when none waits. */
	takeFromRing(ring: FileRing): boolean {
		const slot = ring.claim();
		if (slot < 0) return false;
		try {
			const size = this.storeSmall(ring.fdOf(slot), ring.sizeOf(slot), ring.ids, ring.idAt(slot));
			ring.finish(slot, size < 0 ? undefined : size);
		} catch (error) {
			ring.fail(slot, readErrno(error));
		}
		return true;
	}

	/** Cuts and stores the next piece of the file under the cursor. */
	advance(cursor: FileCursor, patienceMs: number): Advance {
		if (!cursor.lock.lock(patienceMs)) return 'locked';
		let length = 0;
		let entry: CutEntry | undefined;
		try {
			if (!cursor.isOpen) return 'nothing';
			entry = this.#cutHole(cursor);
			if (entry === undefined) {
				length = this.#readPiece(cursor);
				if (length > 0) entry = cursor.cut(length, 1);
				// Not before the last piece counts: whoever sees the end takes what was cut for the whole file.
				if (this.#isAtEnd) cursor.end();
				if (entry === undefined) return 'stored';
				this.#carried.position = cursor.position;
			}
		} finally {
			cursor.lock.unlock();
		}
		const {input} = this.#chunker;
		this.#store(length > 0 ? input.subarray(0, length) : this.#zeros!, cursor.ids, cursor.idAt(entry));
		cursor.finish(entry);
		if (length > 0) input.copyWithin(0, length, length + this.#carried.length);
		return 'stored';
	}

	/** Pieces of zeros as long as the hole at the cursor has room for them; they are not read. */
	#cutHole(cursor: FileCursor): CutEntry | undefined {
		const start = cursor.position;
		const end = cursor.holeEnd(start);
		if (end === start) return undefined;
		const {length} = this.#zeroPiece();
		const count = Math.floor((end - start) / length);
		return count > 0 ? cursor.cut(count * length, count) : undefined;
	}

	/** Reads from the cursor to the end of the next piece and returns its length; 0 when the file has ended or can not be read. */
	#readPiece(cursor: FileCursor): number {
		const {input, minSize} = this.#chunker;
		const start = cursor.position;
		const carried = this.#carried;
		let filled = carried.file === cursor.file && carried.position === start ? carried.length : 0;
		carried.file = cursor.file;
		carried.length = 0;
		this.#isAtEnd = false;
		this.#chunker.reset();
		for (let scanned = 0; ; ) {
			const cut = filled > scanned ? this.#chunker.scan(scanned, filled) : 0;
			if (cut > 0) {
				carried.length = filled - cut;
				return cut;
			}
			scanned = filled;
			let length: number;
			try {
				length = readSync(cursor.fd, input, filled, Math.min(Math.max(readPiece, minSize - filled), input.length - filled), start + filled);
			} catch (error) {
				cursor.fail(readErrno(error));
				return 0;
			}
			if (length === 0) {
				this.#isAtEnd = true;
				return filled;
			}
			filled += length;
		}
	}

	/** Overwrites the chunker's memory. */
	#zeroPiece(): Uint8Array {
		if (!this.#zeros) {
			this.#carried.file = -1;
			const {input, maxSize} = this.#chunker;
			input.fill(0);
			this.#chunker.reset();
			this.#zeros = new Uint8Array(this.#chunker.scan(0, maxSize));
		}
		return this.#zeros;
	}
}

