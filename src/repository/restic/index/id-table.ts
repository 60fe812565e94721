import {idLength, sameId} from '../blob-id.ts';

const segmentEntries = 8192;
const firstSlots = 1024;

/**
SHA-256 IDs numbered from 0 in the order they were added and found by open addressing: 32 bytes each and 6 to 12 bytes of slots. IDs stay in
segments, so that growing never copies them; only the slots are laid out anew.
*/
export class IdTable {
	readonly #segments: Uint8Array[] = [];
	/** Entry number + 1; 0 is free. The length is a power of two. */
	#slots = new Uint32Array(firstSlots);
	#count = 0;

	get count(): number {
		return this.#count;
	}

	/** The lowest number above `after` that has this ID, or -1. */
	find(id: Uint8Array, at = 0, after = -1): number {
		const slots = this.#slots;
		const mask = slots.length - 1;
		for (let slot = hashOf(id, at) & mask; ; slot = (slot + 1) & mask) {
			const entry = slots[slot]! - 1;
			if (entry < 0) return -1;
			if (entry > after && sameId(this.#segments[Math.floor(entry / segmentEntries)]!, (entry % segmentEntries) * idLength, id, at)) return entry;
		}
	}

	has(id: Uint8Array, at = 0): boolean {
		return this.find(id, at) >= 0;
	}

	/** The ID's number; it is added when it is new. */
	numberOf(id: Uint8Array, at = 0): number {
		const known = this.find(id, at);
		return known >= 0 ? known : this.append(id, at);
	}

	/** False when it was there already. */
	add(id: Uint8Array, at = 0): boolean {
		if (this.find(id, at) >= 0) return false;
		this.append(id, at);
		return true;
	}

	/** Adds the ID, whether it is there already or not. Returns its number. */
	append(id: Uint8Array, at = 0): number {
		if (this.#count >= this.#slots.length * 0.7) this.#grow();
		const entry = this.#count++;
		if (entry % segmentEntries === 0) this.#segments.push(new Uint8Array(segmentEntries * idLength));
		const segment = this.#segments[this.#segments.length - 1]!;
		const offset = (entry % segmentEntries) * idLength;
		for (let index = 0; index < idLength; index++) segment[offset + index] = id[at + index]!;
		this.#place(entry, segment, offset);
		return entry;
	}

	/** A view of the table's own memory: read only. */
	idOf(entry: number): Uint8Array {
		const offset = (entry % segmentEntries) * idLength;
		return this.#segments[Math.floor(entry / segmentEntries)]!.subarray(offset, offset + idLength);
	}

	// Entries are placed in ascending order, here and in `append`: `find` relies on meeting equal IDs in that order.
	#grow(): void {
		this.#slots = new Uint32Array(this.#slots.length * 2);
		for (let entry = 0; entry < this.#count; entry++) {
			this.#place(entry, this.#segments[Math.floor(entry / segmentEntries)]!, (entry % segmentEntries) * idLength);
		}
	}

	#place(entry: number, segment: Uint8Array, offset: number): void {
		const slots = this.#slots;
		const mask = slots.length - 1;
		let slot = hashOf(segment, offset) & mask;
		while (slots[slot] !== 0) slot = (slot + 1) & mask;
		slots[slot] = entry + 1;
	}
}

/** IDs are hashes already; any four bytes of them are one. */
const hashOf = (id: Uint8Array, at: number): number => id[at + 8]! | (id[at + 9]! << 8) | (id[at + 10]! << 16) | (id[at + 11]! << 24);
