import {BlobsOfPack, treeMark} from './blobs-of-pack.ts';
import type {BitSet} from '../check/bit-set.ts';
import type {BlobTable} from '../index/blob-table.ts';
import type {FullIndex} from '../index/load-index.ts';

/** The index the other way round, for the packs that are asked for: four bytes a blob. */
export class BlobsByPack {
	readonly #index: FullIndex;
	/** Where the blobs of each pack begin in `#entries`. */
	readonly #starts: Uint32Array;
	readonly #entries: Uint32Array;

	constructor(index: FullIndex, wanted: BitSet) {
		this.#index = index;
		const starts = new Uint32Array(index.packs.count + 1);
		for (const [table] of tablesOf(index)) {
			for (let entry = 0; entry < table.count; entry++) if (wanted.has(table.packOf(entry))) starts[table.packOf(entry) + 1]!++;
		}
		for (let pack = 0; pack < index.packs.count; pack++) starts[pack + 1]! += starts[pack]!;

		const next = starts.slice();
		this.#entries = new Uint32Array(starts.at(-1)!);
		for (const [table, mark] of tablesOf(index)) {
			for (let entry = 0; entry < table.count; entry++) {
				const pack = table.packOf(entry);
				if (wanted.has(pack)) this.#entries[next[pack]!++] = entry + mark;
			}
		}
		this.#starts = starts;
	}

	/** All blobs of a pack by the index. */
	of(pack: number): BlobsOfPack {
		return BlobsOfPack.inOrder(this.#index, pack, this.#entries.subarray(this.#starts[pack], this.#starts[pack + 1]));
	}
}

const tablesOf = (index: FullIndex): [table: BlobTable, mark: number][] => [
	[index.data, 0],
	[index.trees, treeMark],
];
