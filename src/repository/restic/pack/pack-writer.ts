import {createHash} from 'node:crypto';
import {Sealer} from '../crypto/sealer.ts';
import {ScratchFile} from '../write/scratch-file.ts';
import {PackHeader, headerLengthBytes} from './pack-header.ts';
import type {Hash} from 'node:crypto';
import type {Random} from '../../../base/random.ts';
import type {LocalFile} from '../../../storage/storage.ts';
import type {BlobType} from '../blob-type.ts';
import type {PackCipher} from '../crypto/pack-cipher.ts';
import type {PendingPack} from '../index/index-json.ts';

/** A finished pack that waits in the scratch directory for its upload. */
export type ClosedPack = PendingPack & {file: LocalFile};

export const defaultPackSize = 16 * 1024 * 1024;
/** Keeps headers below half a megabyte; restic reads up to 409 199 entries. */
export const maxBlobs = 10_000;
const windowSize = 256 * 1024;
const ivLength = 16;
const macLength = 16;

export type PackWriterOptions = {
	sealer: Sealer;
	random: Random;
	scratchDirectory: string;
	packSize: number;
	/** Begins the names of its scratch files, so that somebody else can find them should this thread end; `pack` unless given. */
	packPrefix?: string;
};

/**
Writes one pack after the other. A pack is never in memory: sealed bytes pass a small window, are hashed while they are still in the CPU's
cache, and go to a scratch file whose hash, the pack's name, is known the moment it is closed.
*/
export class PackWriter {
	readonly #options: PackWriterOptions;
	readonly #cipher: PackCipher;
	readonly #window: Uint8Array;
	#used = 0;
	#file: ScratchFile | undefined;
	#hash: Hash = createHash('sha256');
	#header = new PackHeader();
	#size = 0;

	constructor(options: PackWriterOptions) {
		this.#options = options;
		this.#cipher = options.sealer.packCipher(windowSize);
		this.#window = this.#cipher.window;
	}

	get isEmpty(): boolean {
		return this.#header.count === 0;
	}

	/** Time to `close`: more would make the pack too large. */
	get isFull(): boolean {
		return this.#size >= this.#options.packSize || this.#header.count >= maxBlobs;
	}

	/** Seals and appends a blob; `payload` is compressed when `uncompressed`, its plain length, is not 0. Returns the bytes it takes. */
	append(type: BlobType, id: Uint8Array, idAt: number, payload: Uint8Array, uncompressed: number): number {
		this.#begin();
		this.#seal(payload);
		this.#final();
		const length = payload.length + Sealer.overhead;
		this.#endBlob(type, id, idAt, length, uncompressed);
		return length;
	}

	/** As `append` for a blob that does not fit in memory. */
	async appendPieces(type: BlobType, id: Uint8Array, pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, uncompressed: number): Promise<number> {
		this.#begin();
		let length = Sealer.overhead;
		for await (const piece of pieces) {
			length += piece.length;
			this.#seal(piece);
		}
		this.#final();
		this.#endBlob(type, id, 0, length, uncompressed);
		return length;
	}

	/** As `append` for a blob of the same repository that is sealed already: its bytes are taken as they are. */
	async appendSealed(type: BlobType, id: Uint8Array, sealed: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, uncompressed: number): Promise<number> {
		let length = 0;
		for await (const piece of sealed) {
			length += piece.length;
			this.#write(piece);
		}
		this.#endBlob(type, id, 0, length, uncompressed);
		return length;
	}

	/** Ends the pack with its header. The writer is ready for the next one. Undefined when no blob was appended. */
	close(): ClosedPack | undefined {
		if (this.isEmpty) return undefined;
		const header = Buffer.from(this.#header.bytes);
		const blobs = this.#header.count;
		const sealed = this.#options.sealer.seal(header);
		const trailer = Buffer.alloc(headerLengthBytes);
		trailer.writeUInt32LE(sealed.length);
		this.#write(sealed);
		this.#write(trailer);
		this.#flush();

		const file = this.#file!;
		file.close();
		const id = this.#hash.digest('hex');
		this.#file = undefined;
		this.#reset();
		return {id, header, blobs, file: {path: file.path, size: file.size, sha256: id}};
	}

	/** Drops what was not closed. */
	discard(): void {
		this.#file?.discard();
		this.#file = undefined;
		this.#reset();
	}

	#endBlob(type: BlobType, id: Uint8Array, idAt: number, length: number, uncompressed: number): void {
		this.#header.add(type, id, idAt, length, uncompressed);
		this.#size += length;
	}

	#begin(): void {
		this.#reserve(ivLength);
		this.#cipher.begin(this.#used);
		this.#used += ivLength;
	}

	#seal(plain: Uint8Array): void {
		for (let at = 0; at < plain.length; ) {
			this.#reserve(1);
			const room = Math.min(windowSize - this.#used, plain.length - at);
			this.#cipher.update(room === plain.length ? plain : plain.subarray(at, at + room), this.#used);
			this.#used += room;
			at += room;
		}
	}

	#final(): void {
		this.#reserve(macLength);
		this.#cipher.final(this.#used);
		this.#used += macLength;
	}

	#reserve(bytes: number): void {
		if (this.#used + bytes > windowSize) this.#flush();
	}

	#write(bytes: Uint8Array): void {
		for (let at = 0; at < bytes.length; ) {
			this.#reserve(1);
			const room = Math.min(windowSize - this.#used, bytes.length - at);
			this.#window.set(bytes.subarray(at, at + room), this.#used);
			this.#used += room;
			at += room;
		}
	}

	#flush(): void {
		if (this.#used === 0) return;
		this.#file ??= new ScratchFile(this.#options.scratchDirectory, this.#options.packPrefix ?? 'pack', this.#options.random);
		const bytes = this.#window.subarray(0, this.#used);
		this.#hash.update(bytes);
		this.#file.write(bytes);
		this.#used = 0;
	}

	#reset(): void {
		this.#used = 0;
		this.#size = 0;
		this.#cipher.nextPack();
		this.#hash = createHash('sha256');
		this.#header = new PackHeader();
	}
}
