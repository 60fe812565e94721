import {hash} from 'node:crypto';
import {rmSync} from 'node:fs';
import {idFromHex} from '../blob-id.ts';
import {compress, compressStream, decompress} from '../files/zstd.ts';
import {PackWriter} from '../pack/pack-writer.ts';
import {compressContent, treeLevel} from './compression.ts';
import {faultyMachine} from './faulty-machine.ts';
import {proveTreeFile} from './prove-tree-file.ts';
import type {AddedTotals} from '../../repository.ts';
import type {BlobType} from '../blob-type.ts';
import type {ClosedPack, PackWriterOptions} from '../pack/pack-writer.ts';
import type {Compression} from './compression.ts';
import type {KnownBlobs} from './known-blobs.ts';

export type BlobStoreOptions = PackWriterOptions & {
	known: KnownBlobs;
	compression: Compression;
	/** Version 1 of the format knows no compressed blobs. */
	version: 1 | 2;
	/** Takes a pack that is full or was flushed. */
	onPack: (pack: ClosedPack) => void;
};

/** Of the compressed data blobs one in so many is decompressed again before it counts; of the trees every one. */
const verifyOneIn = 16;

/**
The whole way of a blob, without a pause in it: known already? else compress, seal, append to a pack. Each thread that stores blobs owns one
such object, with open packs and memory of its own.
*/
export class BlobStore {
	readonly #options: BlobStoreOptions;
	readonly #packs: Record<BlobType, PackWriter>;
	readonly #totals = {dataBlobs: 0, treeBlobs: 0, bytes: 0, storedBytes: 0};

	constructor(options: BlobStoreOptions) {
		this.#options = options;
		this.#packs = {data: new PackWriter(options), tree: new PackWriter(options)};
	}

	get added(): Readonly<AddedTotals> {
		return this.#totals;
	}

	/** Stores a piece of a file unless it is known, and writes its ID to `ids` at `at`. */
	storeData(plain: Uint8Array, ids: Uint8Array, at: number): void {
		const id = idFromHex(hash('sha256', plain, 'hex'));
		ids.set(id, at);
		if (!this.#options.known.add('data', id)) return;
		const compressed = this.#options.version === 1 ? undefined : compressContent(plain, this.#options.compression);
		if (compressed && this.#totals.dataBlobs % verifyOneIn === 0) proveReadable(compressed, plain);
		this.#totals.dataBlobs++;
		this.#append('data', id, compressed ?? plain, compressed ? plain.length : 0, plain.length);
	}

	/** Stores a tree that fits in memory unless it is known. Returns its ID. */
	storeTree(plain: Uint8Array): string {
		const hex = hash('sha256', plain, 'hex');
		const id = idFromHex(hex);
		if (!this.#options.known.add('tree', id)) return hex;
		this.#totals.treeBlobs++;
		if (this.#options.version === 1) this.#append('tree', id, plain, 0, plain.length);
		else {
			const compressed = compress(plain, treeLevel(this.#options.compression));
			proveReadable(compressed, plain);
			this.#append('tree', id, compressed, plain.length, plain.length);
		}
		return hex;
	}

	/** Stores a tree too large for memory, in a pack of its own, unless it is known. `pieces` gives its text from the start, each time it is called. */
	async storeLargeTree(id: Uint8Array, pieces: () => Iterable<Uint8Array>, plainLength: number): Promise<void> {
		if (this.#options.known.has('tree', id)) return;
		const pack = new PackWriter(this.#options);
		let closed: ClosedPack | undefined;
		try {
			const payload = this.#options.version === 1 ? pieces() : compressStream(pieces(), treeLevel(this.#options.compression));
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
		this.#totals.treeBlobs++;
		this.#totals.bytes += plainLength;
		this.#options.onPack(closed);
	}

	/** Closes the open packs, however small. */
	flush(): void {
		for (const pack of Object.values(this.#packs)) this.#close(pack);
	}

	/** Drops the open packs. */
	discard(): void {
		for (const pack of Object.values(this.#packs)) pack.discard();
	}

	#append(type: BlobType, id: Uint8Array, payload: Uint8Array, uncompressed: number, plainLength: number): void {
		const pack = this.#packs[type];
		this.#totals.storedBytes += pack.append(type, id, 0, payload, uncompressed);
		this.#totals.bytes += plainLength;
		if (pack.isFull) this.#close(pack);
	}

	#close(pack: PackWriter): void {
		const closed = pack.close();
		if (closed) this.#options.onPack(closed);
	}
}

function proveReadable(compressed: Buffer, plain: Uint8Array): void {
	if (!decompress(compressed, plain.length, 'a new blob').equals(plain)) throw faultyMachine('a new blob');
}
