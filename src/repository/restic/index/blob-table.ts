import {IdTable} from './id-table.ts';
import {Sealer} from '../crypto/sealer.ts';

const segmentEntries = 8192;
const fields = 4;

/** Where each blob of one type lies: 48 bytes of ID and place each, and the slots of the ID table. */
export class BlobTable {
	readonly ids = new IdTable();
	readonly #segments: Uint32Array[] = [];

	get count(): number {
		return this.ids.count;
	}

	/**
	Adds one place of a blob; a blob may lie in several packs. `length` is the sealed length, `uncompressed` the plain one, or 0 when it is stored raw.
	Returns false when exactly this place is known already.
	*/
	add(id: Uint8Array, at: number, pack: number, offset: number, length: number, uncompressed: number): boolean {
		for (let entry = this.ids.find(id, at); entry >= 0; entry = this.ids.find(id, at, entry)) {
			if (this.packOf(entry) === pack && this.offsetOf(entry) === offset) return false;
		}
		const entry = this.ids.append(id, at);
		if (entry % segmentEntries === 0) this.#segments.push(new Uint32Array(segmentEntries * fields));
		const segment = this.#segments[this.#segments.length - 1]!;
		const field = (entry % segmentEntries) * fields;
		segment[field] = pack;
		segment[field + 1] = offset;
		segment[field + 2] = length;
		segment[field + 3] = uncompressed;
		return true;
	}

	/** The first place of a blob, or the next after the place `after`; -1 when there is none. */
	find(id: Uint8Array, at = 0, after = -1): number {
		return this.ids.find(id, at, after);
	}

	packOf(entry: number): number {
		return this.#field(entry, 0);
	}

	offsetOf(entry: number): number {
		return this.#field(entry, 1);
	}

	/** bytes in the pack, IV and MAC included */
	lengthOf(entry: number): number {
		return this.#field(entry, 2);
	}

	/** As the index says it: 0 for a blob that is stored raw. */
	uncompressedOf(entry: number): number {
		return this.#field(entry, 3);
	}

	isCompressed(entry: number): boolean {
		return this.#field(entry, 3) !== 0;
	}

	/** bytes once opened and decompressed */
	plainLengthOf(entry: number): number {
		return this.#field(entry, 3) || this.#field(entry, 2) - Sealer.overhead;
	}

	#field(entry: number, field: number): number {
		return this.#segments[Math.floor(entry / segmentEntries)]![(entry % segmentEntries) * fields + field]!;
	}
}
