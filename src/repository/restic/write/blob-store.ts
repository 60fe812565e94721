import {hash} from 'node:crypto';
import {rmSync} from 'node:fs';
import {idFromHex} from '../blob-id.ts';
import {compressStream, compressTransient} from '../files/zstd.ts';
import {PackWriter} from '../pack/pack-writer.ts';
import {treeLevel} from './compression.ts';
import {proveReadable} from './content/data-store.ts';
import {proveTreeFile} from './prove-tree-file.ts';
import type {ClosedPack, PackWriterOptions} from '../pack/pack-writer.ts';
import type {Compression} from './compression.ts';
import type {DataTotals} from './content/data-store.ts';
import type {KnownBlobs} from './known-blobs.ts';

export type BlobStoreOptions = PackWriterOptions & {
	known: KnownBlobs;
	compression: Compression;
	/** Version 1 of the format knows no compressed blobs. */
	version: 1 | 2;
	/** Takes a pack that is full or was flushed. */
	onPack: (pack: ClosedPack) => void;
};

/** The whole way of a directory's tree: known already? else compress, prove readable, seal, append to a pack. For the main thread. */
export class BlobStore {
	readonly #options: BlobStoreOptions;
	readonly #pack: PackWriter;
	readonly #totals = {blobs: 0, bytes: 0, storedBytes: 0};

	constructor(options: BlobStoreOptions) {
		this.#options = options;
		this.#pack = new PackWriter(options);
	}

	get totals(): Readonly<DataTotals> {
		return this.#totals;
	}

	/** Stores a tree that fits in memory unless it is known. Returns its ID. */
	storeTree(plain: Uint8Array): string {
		const hex = hash('sha256', plain, 'hex');
		const id = idFromHex(hex);
		if (!this.#options.known.add('tree', id)) return hex;
		this.#totals.blobs++;
		if (this.#options.version === 1) this.#append(id, plain, 0, plain.length);
		else {
			const compressed = compressTransient(plain, treeLevel(this.#options.compression, plain.length));
			proveReadable(compressed, plain);
			this.#append(id, compressed, plain.length, plain.length);
		}
		return hex;
	}

	/** Stores a tree too large for memory, in a pack of its own, unless it is known. `pieces` gives its text from the start, each time it is called. */
	async storeLargeTree(id: Uint8Array, pieces: () => Iterable<Uint8Array>, plainLength: number): Promise<void> {
		if (this.#options.known.has('tree', id)) return;
		const pack = new PackWriter(this.#options);
		let closed: ClosedPack | undefined;
		try {
			const payload = this.#options.version === 1 ? pieces() : compressStream(pieces(), treeLevel(this.#options.compression, plainLength));
			const stored = await pack.appendPieces('tree', id, payload, this.#options.version === 1 ? 0 : plainLength);
			closed = pack.close()!;
			await proveTreeFile(closed, this.#options.sealer, id, plainLength);
			this.#totals.storedBytes += stored;
		} catch (error) {
			pack.discard();
			if (closed) rmSync(closed.file.path, {force: true});
			throw error;
		}
		this.#options.known.add('tree', id);
		this.#totals.blobs++;
		this.#totals.bytes += plainLength;
		this.#options.onPack(closed);
	}

	/** Closes the open pack, however small. */
	flush(): void {
		const closed = this.#pack.close();
		if (closed) this.#options.onPack(closed);
	}

	/** Drops the open pack. */
	discard(): void {
		this.#pack.discard();
	}

	#append(id: Uint8Array, payload: Uint8Array, uncompressed: number, plainLength: number): void {
		this.#totals.storedBytes += this.#pack.append('tree', id, 0, payload, uncompressed);
		this.#totals.bytes += plainLength;
		if (this.#pack.isFull) this.flush();
	}
}
