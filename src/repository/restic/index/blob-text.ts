import {idLength, parseId} from '../blob-id.ts';
import {Sealer} from '../crypto/sealer.ts';
import type {PackEntries} from './pack-entries.ts';

const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const idHead = ascii('{"id":"');
const typeHead = ascii('","type":"');
const data = ascii('data","offset":');
const tree = ascii('tree","offset":');
const lengthHead = ascii(',"length":');
const uncompressedHead = ascii(',"uncompressed_length":');
const idEnd = idHead.length + 2 * idLength;
const maxUint32 = 0xffff_ffff;
/** Longer than any blob's text. */
const longest = 256;

/** Reads a blob of an index file in one go, if it is written as restic and rustic write it; an index of millions is mostly these. */
export class BlobText {
	readonly #id = new Uint8Array(idLength);
	#at = 0;

	/** Adds the blob whose object begins at `start`. Returns where that ends; -1 when it is written otherwise, is invalid, or may not be there whole. */
	read(bytes: Uint8Array, start: number, entries: PackEntries): number {
		if (start + longest > bytes.length) return -1;
		if (!isAt(bytes, start, idHead) || !parseId(bytes, start + idHead.length, start + idEnd, this.#id, 0) || !isAt(bytes, start + idEnd, typeHead)) return -1;
		const typeAt = start + idEnd + typeHead.length;
		const isTree = bytes[typeAt] === 0x74;
		const type = isTree ? tree : data;
		if (!isAt(bytes, typeAt, type)) return -1;
		this.#at = typeAt + type.length;
		const offset = this.#number(bytes);
		if (offset < 0 || !isAt(bytes, this.#at, lengthHead)) return -1;
		this.#at += lengthHead.length;
		const length = this.#number(bytes);
		if (length < Sealer.overhead) return -1;
		let uncompressed = 0;
		if (bytes[this.#at] === 0x2c) {
			if (!isAt(bytes, this.#at, uncompressedHead)) return -1;
			this.#at += uncompressedHead.length;
			uncompressed = this.#number(bytes);
		}
		if (uncompressed < 0 || bytes[this.#at] !== 0x7d) return -1;
		entries.add(isTree ? 'tree' : 'data', this.#id, 0, offset, length, uncompressed);
		return this.#at + 1;
	}

	/** The number at `#at`, which then stands behind it; -1 when there is none that fits. */
	#number(bytes: Uint8Array): number {
		let value = 0;
		let at = this.#at;
		for (; ; at++) {
			const digit = bytes[at]! - 0x30;
			if (digit < 0 || digit > 9) break;
			value = value * 10 + digit;
			if (value > maxUint32) return -1;
		}
		if (at === this.#at) return -1;
		this.#at = at;
		return value;
	}
}

function isAt(bytes: Uint8Array, at: number, text: Uint8Array): boolean {
	for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text[index]) return false;
	return true;
}
