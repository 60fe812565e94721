import type {StoredEntry} from '../../repository.ts';

/** A node as the parent's tree holds it, or several with their commas: the bytes [from, to) of `bytes`, at `offset` of the tree's text. */
export class StoredNode implements StoredEntry {
	bytes: Uint8Array;
	from: number;
	to: number;
	readonly offset: number;

	constructor(bytes: Uint8Array, from: number, to: number, offset: number) {
		this.bytes = bytes;
		this.from = from;
		this.to = to;
		this.offset = offset;
	}

	keep(): this {
		this.bytes = Buffer.copyBytesFrom(this.bytes, this.from, this.to - this.from);
		this.to -= this.from;
		this.from = 0;
		return this;
	}
}
