import {LazaretteError} from '../../../base/errors.ts';
import {idToHex} from '../blob-id.ts';
import {PackHeader} from '../pack/pack-header.ts';
import type {BlobType} from '../blob-type.ts';
import type {BitSet} from '../check/bit-set.ts';
import type {BlobTable} from '../index/blob-table.ts';
import type {PendingPack} from '../index/index-json.ts';
import type {FullIndex} from '../index/load-index.ts';

/** One place of a blob: `entry` is its number in the index's table of that type. */
export type Place = {type: BlobType; entry: number; offset: number; length: number};

const treeMark = 0x8000_0000;

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

	/** In the order of their offsets. */
	places(pack: number): Place[] {
		return Array.from(this.#entries.subarray(this.#starts[pack], this.#starts[pack + 1]), (marked): Place => {
			const type = marked >= treeMark ? 'tree' : 'data';
			const entry = marked % treeMark;
			const table = tableOf(this.#index, type);
			return {type, entry, offset: table.offsetOf(entry), length: table.lengthOf(entry)};
		}).sort((a, b) => a.offset - b.offset);
	}

	/** The pack as an index file is to name it. @throws RepositoryDamaged unless its blobs follow each other without a gap: a header says no offsets */
	pending(pack: number): PendingPack {
		const header = new PackHeader();
		let end = 0;
		for (const {type, entry, offset, length} of this.places(pack)) {
			if (offset !== end) throw new LazaretteError('RepositoryDamaged', `by the index, the blobs of pack ${idToHex(this.#index.packs.ids.idOf(pack))} overlap at byte ${end}`, {hint: 'repair the index before the next prune'});
			end += length;
			const table = tableOf(this.#index, type);
			header.add(type, table.ids.idOf(entry), 0, length, table.uncompressedOf(entry));
		}
		return {id: idToHex(this.#index.packs.ids.idOf(pack)), header: Buffer.from(header.bytes), blobs: header.count};
	}
}

export const tableOf = (index: FullIndex, type: BlobType): BlobTable => (type === 'tree' ? index.trees : index.data);

const tablesOf = (index: FullIndex): [table: BlobTable, mark: number][] => [
	[index.data, 0],
	[index.trees, treeMark],
];
