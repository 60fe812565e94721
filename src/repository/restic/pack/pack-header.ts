import {LazaretteError} from '../../../base/errors.ts';
import {idLength} from '../blob-id.ts';
import {Sealer} from '../crypto/sealer.ts';
import type {BlobType} from '../blob-type.ts';
import type {PackEntries} from '../index/pack-entries.ts';

/*
A pack is blob₁…blobₙ ‖ sealed header ‖ uint32LE(length of the sealed header). The header lists the blobs in file order, so that offsets are
implied: type (1) ‖ sealed length (4, LE) ‖ [plain length (4, LE), compressed blobs only] ‖ ID (32).
*/
const typeCodes = {data: 0, tree: 1, compressedData: 2, compressedTree: 3} as const;

export const headerLengthBytes = 4;
const rawEntryBytes = 1 + 4 + idLength;
const compressedEntryBytes = rawEntryBytes + 4;

/** Bytes a blob takes in its pack's header. */
export const headerEntryBytes = (compressed: boolean): number => (compressed ? compressedEntryBytes : rawEntryBytes);

/** What a pack is longer than its blobs and header entries: the header's seal and its length. */
export const packOverhead = Sealer.overhead + headerLengthBytes;

/** Collects header entries while a pack is written. */
export class PackHeader {
	#bytes = Buffer.allocUnsafeSlow(4096);
	#length = 0;
	#count = 0;

	get count(): number {
		return this.#count;
	}

	/** The entries so far; a view that the next `add` may invalidate. */
	get bytes(): Buffer {
		return this.#bytes.subarray(0, this.#length);
	}

	/** `length` is the sealed length, `uncompressed` the plain one or 0 for a blob stored raw. */
	add(type: BlobType, id: Uint8Array, idAt: number, length: number, uncompressed: number): void {
		if (this.#length + compressedEntryBytes > this.#bytes.length) {
			const bigger = Buffer.allocUnsafeSlow(this.#bytes.length * 2);
			bigger.set(this.#bytes.subarray(0, this.#length));
			this.#bytes = bigger;
		}
		const compressed = uncompressed !== 0;
		let at = this.#bytes.writeUInt8(type === 'data' ? (compressed ? typeCodes.compressedData : typeCodes.data) : compressed ? typeCodes.compressedTree : typeCodes.tree, this.#length);
		at = this.#bytes.writeUInt32LE(length, at);
		if (compressed) at = this.#bytes.writeUInt32LE(uncompressed, at);
		for (let index = 0; index < idLength; index++) this.#bytes[at + index] = id[idAt + index]!;
		this.#length = at + idLength;
		this.#count++;
	}
}

/**
Appends the blobs that an opened header lists to `entries`. Returns the bytes they fill from the start of the pack.
@throws RepositoryDamaged naming `what` when the header is no list of whole entries
*/
export function readPackHeader(header: Buffer, entries: PackEntries, what: string): number {
	let offset = 0;
	for (let at = 0; at < header.length; ) {
		const code = header[at]!;
		if (code > typeCodes.compressedTree) throw new LazaretteError('RepositoryDamaged', `the header of ${what} names the unknown blob type ${code}`);
		const compressed = code >= typeCodes.compressedData;
		const end = at + headerEntryBytes(compressed);
		if (end > header.length) throw new LazaretteError('RepositoryDamaged', `the header of ${what} ends inside an entry`);
		const length = header.readUInt32LE(at + 1);
		if (length < Sealer.overhead) throw new LazaretteError('RepositoryDamaged', `the header of ${what} names a blob of ${length} bytes`);
		const uncompressed = compressed ? header.readUInt32LE(at + 5) : 0;
		entries.add((code & 1) === 0 ? 'data' : 'tree', header, end - idLength, offset, length, uncompressed);
		offset += length;
		at = end;
	}
	return offset;
}
