import {createHash} from 'node:crypto';
import {idLength} from '../blob-id.ts';
import {treeHead} from '../tree/node-encoder.ts';
import {ScratchFile} from './scratch-file.ts';
import type {Hash} from 'node:crypto';
import type {Random} from '../../../base/random.ts';
import type {TreeText} from '../tree/node-encoder.ts';

/** A directory longer than this goes to a scratch file: 300 000 names are 100 MB of text. */
const memoryLimit = 1024 * 1024;
const firstCapacity = 4096;
const readPiece = 256 * 1024;

/** Text of an ID in a list: 64 digits, two quotes, a comma. */
const idText = 2 * idLength + 3;
const idsPerWrite = 1024;

export type ScratchPlace = {directory: string; random: Random};

/** The tree of a directory that is still being walked, as text. What is spooled has been hashed on its way, so that it need not be read to be named. */
export class DirectoryText implements TreeText {
	readonly #scratch: ScratchPlace;
	#memory = Buffer.allocUnsafeSlow(firstCapacity);
	#used = 0;
	#spool: {file: ScratchFile; hash: Hash} | undefined;

	constructor(scratch: ScratchPlace) {
		this.#scratch = scratch;
		this.write(treeHead);
	}

	/** bytes of memory it holds */
	get memory(): number {
		return this.#memory.length;
	}

	get isSpooled(): boolean {
		return this.#spool !== undefined;
	}

	/** bytes of text so far */
	get length(): number {
		return (this.#spool?.file.size ?? 0) + this.#used;
	}

	write(text: string): void {
		// A UTF-16 unit becomes three bytes at most.
		this.#reserve(text.length * 3);
		this.#used += this.#memory.write(text, this.#used, 'utf8');
	}

	writeIds(ids: Uint8Array): void {
		const bytes = Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength);
		for (let from = 0; from < bytes.length; from += idsPerWrite * idLength) {
			const to = Math.min(bytes.length, from + idsPerWrite * idLength);
			this.#reserve(((to - from) / idLength) * idText);
			for (let at = from; at < to; at += idLength) {
				if (at > 0) this.#memory[this.#used++] = 0x2c;
				this.#memory[this.#used++] = 0x22;
				this.#used += this.#memory.write(bytes.toString('hex', at, at + idLength), this.#used, 'latin1');
				this.#memory[this.#used++] = 0x22;
			}
		}
	}

	/** Whether `release` would give memory back. */
	get isReleasable(): boolean {
		return this.#memory.length > firstCapacity;
	}

	/** Moves the text in memory to the scratch file and gives the memory back. */
	release(): void {
		this.#toFile();
		this.#memory = Buffer.allocUnsafeSlow(firstCapacity);
	}

	/** The whole text, when it is in memory; valid until the next write. */
	inMemory(): Buffer {
		return this.#memory.subarray(0, this.#used);
	}

	/** Of a spooled directory: the SHA-256 of its text. Nothing can be written after. */
	spooledId(): Buffer {
		this.#toFile();
		return this.#spool!.hash.digest();
	}

	/** Of a spooled directory: its text in pieces, which are only valid until the next. */
	*pieces(): Generator<Buffer> {
		const {file} = this.#spool!;
		for (let at = 0; at < file.size; ) {
			// A coder reads the piece later, on another thread: each needs memory of its own.
			const piece = Buffer.allocUnsafeSlow(Math.min(readPiece, file.size - at));
			const length = file.read(piece, at);
			yield piece.subarray(0, length);
			at += length;
		}
	}

	discard(): void {
		this.#spool?.file.discard();
	}

	#toFile(): void {
		this.#spool ??= {file: new ScratchFile(this.#scratch.directory, 'tree', this.#scratch.random), hash: createHash('sha256')};
		const bytes = this.#memory.subarray(0, this.#used);
		this.#spool.hash.update(bytes);
		this.#spool.file.write(bytes);
		this.#used = 0;
	}

	#reserve(bytes: number): void {
		if (this.#used + bytes <= this.#memory.length) return;
		if (this.#used > 0 && this.#used + bytes > memoryLimit) this.#toFile();
		let capacity = this.#memory.length;
		while (capacity < this.#used + bytes) capacity *= 2;
		if (capacity === this.#memory.length) return;
		const bigger = Buffer.allocUnsafeSlow(capacity);
		bigger.set(this.#memory.subarray(0, this.#used));
		this.#memory = bigger;
	}
}
