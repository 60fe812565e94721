import {IdTable} from '../index/id-table.ts';
import type {BlobType} from '../blob-type.ts';
import type {BlobTable} from '../index/blob-table.ts';
import type {SharedIdSet} from '../index/shared-id-set.ts';

/** Blobs that need not be stored again: those the index names, and those this archive has stored already, durable or still on their way. */
export class KnownBlobs {
	readonly #data: SharedIdSet;
	readonly #indexedTrees: BlobTable;
	readonly #newTrees = new IdTable();
	/** IDs, as hex, of trees whose stored copy proved unreadable. */
	readonly #lostTrees = new Set<string>();

	/** `data` is extended in place. */
	constructor(index: {data: SharedIdSet; trees: BlobTable}) {
		this.#data = index.data;
		this.#indexedTrees = index.trees;
	}

	has(type: BlobType, id: Uint8Array, at = 0): boolean {
		if (type === 'data') return this.#data.has(id, at);
		if (this.#newTrees.has(id, at)) return true;
		return this.#indexedTrees.find(id, at) >= 0 && !(this.#lostTrees.size > 0 && this.#lostTrees.has(Buffer.from(id.subarray(at, at + 32)).toString('hex')));
	}

	/** False when it was known already. */
	add(type: BlobType, id: Uint8Array, at = 0): boolean {
		if (type === 'data') return this.#data.add(id, at);
		return !this.has('tree', id, at) && this.#newTrees.add(id, at);
	}

	/** The stored copy of a tree is unreadable: should it be needed again, it is stored anew. */
	distrustTree(id: string): void {
		this.#lostTrees.add(id);
	}
}
