import type {BlobType} from '../blob-type.ts';
import type {BlobTable} from '../index/blob-table.ts';
import type {FullIndex} from '../index/load-index.ts';

/** Added to the number of a tree's entry where both types stand in one list. */
export const treeMark = 0x8000_0000;

/** Some blobs of one pack, each once and in the order of their offsets: by their numbers in the index, four bytes a blob. */
export class BlobsOfPack {
	readonly pack: number;
	readonly #index: FullIndex;
	readonly #entries: Uint32Array;

	/** `entries` are numbers in the table of data, or, with `treeMark` added, of trees. */
	constructor(index: FullIndex, pack: number, entries: Uint32Array) {
		this.pack = pack;
		this.#index = index;
		this.#entries = entries;
	}

	/** The same for entries in any order. */
	static inOrder(index: FullIndex, pack: number, entries: Uint32Array): BlobsOfPack {
		const given = new BlobsOfPack(index, pack, entries);
		for (let at = 1; at < entries.length; at++) {
			if (given.offsetOf(at - 1) < given.offsetOf(at)) continue;
			const offsets = Float64Array.from(entries, (_, place) => given.offsetOf(place));
			const order = Uint32Array.from(entries, (_, place) => place).sort((a, b) => offsets[a]! - offsets[b]!);
			return new BlobsOfPack(index, pack, Uint32Array.from(order, place => entries[place]!));
		}
		return given;
	}

	get length(): number {
		return this.#entries.length;
	}

	typeOf(at: number): BlobType {
		return this.#entries[at]! >= treeMark ? 'tree' : 'data';
	}

	/** Number in the index's table of that type. */
	entryOf(at: number): number {
		return this.#entries[at]! % treeMark;
	}

	offsetOf(at: number): number {
		return this.#tableOf(at).offsetOf(this.entryOf(at));
	}

	/** bytes in the pack */
	lengthOf(at: number): number {
		return this.#tableOf(at).lengthOf(this.entryOf(at));
	}

	/** 0 for a blob that is stored raw. */
	uncompressedOf(at: number): number {
		return this.#tableOf(at).uncompressedOf(this.entryOf(at));
	}

	idOf(at: number): Uint8Array {
		return this.#tableOf(at).ids.idOf(this.entryOf(at));
	}

	#tableOf(at: number): BlobTable {
		return this.#entries[at]! >= treeMark ? this.#index.trees : this.#index.data;
	}
}
