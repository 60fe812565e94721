import {createHash} from 'node:crypto';
import {idLength} from '../blob-id.ts';
import {ByteText, writeIds} from '../tree/byte-text.ts';
import {treeHead} from '../tree/node-encoder.ts';
import {ScratchFile} from './scratch-file.ts';
import type {Hash} from 'node:crypto';
import type {Random} from '../../../base/random.ts';
import type {TreeText} from '../tree/node-encoder.ts';

/** A directory longer than this goes to a scratch file: 300 000 names are 100 MB of text. */
const memoryLimit = 1024 * 1024;
const readPiece = 256 * 1024;
const idsPerWrite = 1024;

export type ScratchPlace = {directory: string; random: Random};

/** The tree of a directory that is still being walked, as text. What is spooled has been hashed on its way, so that it need not be read to be named. */
export class DirectoryText implements TreeText {
	readonly #scratch: ScratchPlace;
	#memory = new ByteText();
	#spool: {file: ScratchFile; hash: Hash} | undefined;

	constructor(scratch: ScratchPlace) {
		this.#scratch = scratch;
		this.write(treeHead);
	}

	/** bytes of memory it holds */
	get memory(): number {
		return this.#memory.bytes.length;
	}

	get isSpooled(): boolean {
		return this.#spool !== undefined;
	}

	/** bytes of text so far */
	get length(): number {
		return (this.#spool?.file.size ?? 0) + this.#memory.length;
	}

	write(text: string): void {
		// A UTF-16 unit becomes three bytes at most.
		this.#makeRoom(text.length * 3);
		this.#memory.write(text);
	}

	writeBytes(bytes: Uint8Array, from = 0, to = bytes.length): void {
		for (let at = from; at < to; at += memoryLimit / 2) {
			const end = Math.min(to, at + memoryLimit / 2);
			this.#makeRoom(end - at);
			this.#memory.writeBytes(bytes, at, end);
		}
	}

	writeIds(ids: Uint8Array): void {
		for (let from = 0; from < ids.length; from += idsPerWrite * idLength) {
			const to = Math.min(ids.length, from + idsPerWrite * idLength);
			this.#makeRoom((to - from) * 3);
			this.#memory.length = writeIds(ids, from, to, this.#memory);
		}
	}

	/** Whether `release` would give memory back. */
	get isReleasable(): boolean {
		return this.#memory.bytes.length > ByteText.firstCapacity;
	}

	/** Moves the text in memory to the scratch file and gives the memory back. */
	release(): void {
		this.#toFile();
		this.#memory = new ByteText();
	}

	/** The whole text, when it is in memory; valid until the next write. */
	inMemory(): Buffer {
		return this.#memory.bytes.subarray(0, this.#memory.length);
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
		const bytes = this.inMemory();
		this.#spool.hash.update(bytes);
		this.#spool.file.write(bytes);
		this.#memory.clear();
	}

	#makeRoom(bytes: number): void {
		const {length} = this.#memory;
		if (length > 0 && length + bytes > memoryLimit) this.#toFile();
	}
}
