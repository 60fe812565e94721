import {hash} from 'node:crypto';
import {idFromHex} from '../../blob-id.ts';
import {restores} from '../../files/zstd.ts';
import {PackWriter} from '../../pack/pack-writer.ts';
import {compressContent} from '../compression.ts';
import {faultyMachine} from '../faulty-machine.ts';
import {LevelChoice} from '../level-choice.ts';
import type {SharedIdSet} from '../../index/shared-id-set.ts';
import type {ClosedPack, PackWriterOptions} from '../../pack/pack-writer.ts';
import type {Compression} from '../compression.ts';

/** Which compressed data blobs are decompressed again before they count: every 16th, or all. Trees, indexes and snapshots always are. */
export type Verification = 'sample' | 'all';

export type DataStoreOptions = PackWriterOptions & {
	/** Data blobs that need not be stored again, for all threads. */
	known: Pick<SharedIdSet, 'add'>;
	compression: Compression;
	verify: Verification;
	/** Version 1 of the format knows no compressed blobs. */
	version: 1 | 2;
	/** Takes a pack that is full or was flushed. */
	onPack: (pack: ClosedPack) => void;
	/** Where the totals are counted: a `totalsLength` of numbers, which other threads may read. */
	totals: Float64Array;
};

export const totalsLength = 3;
const totalAt = {blobs: 0, bytes: 1, storedBytes: 2} as const;

export type DataTotals = {blobs: number; bytes: number; storedBytes: number};

export const readTotals = (totals: Float64Array): DataTotals => ({blobs: totals[totalAt.blobs]!, bytes: totals[totalAt.bytes]!, storedBytes: totals[totalAt.storedBytes]!});

const sampleOneIn = 16;

/** The whole way of a piece of a file, without a pause in it: known already? else compress, seal, append to a pack. Each thread has one, with an open pack of its own. */
export class DataStore {
	readonly #options: DataStoreOptions;
	readonly #pack: PackWriter;
	readonly #levels = new LevelChoice();
	readonly #verifyOneIn: number;

	constructor(options: DataStoreOptions) {
		this.#options = options;
		this.#pack = new PackWriter(options);
		this.#verifyOneIn = options.verify === 'all' ? 1 : sampleOneIn;
	}

	/** Stores a piece unless it is known, and writes its ID to `ids` at `at`. */
	store(plain: Uint8Array, ids: Uint8Array, at: number): void {
		const {known, version, compression, totals} = this.#options;
		const id = idFromHex(hash('sha256', plain, 'hex'));
		ids.set(id, at);
		if (!known.add(id)) return;
		const compressed = version === 1 ? undefined : compressContent(plain, compression, this.#levels);
		if (compressed && totals[totalAt.blobs]! % this.#verifyOneIn === 0) proveReadable(compressed, plain);
		totals[totalAt.blobs]!++;
		totals[totalAt.bytes]! += plain.length;
		totals[totalAt.storedBytes]! += this.#pack.append('data', id, 0, compressed ?? plain, compressed ? plain.length : 0);
		if (this.#pack.isFull) this.flush();
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
}

/** @throws Unexpected, naming the machine */
export function proveReadable(compressed: Uint8Array, plain: Uint8Array): void {
	if (!restores(compressed, plain)) throw faultyMachine('a new blob');
}
