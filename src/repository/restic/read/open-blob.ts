import {createHash, hash} from 'node:crypto';
import {LazaretteError} from '../../../base/errors.ts';
import {decompress, decompressStream} from '../files/zstd.ts';
import type {Sealer} from '../crypto/sealer.ts';

/** A blob's plaintext, proven in three ways: its MAC, its length, and its ID. `uncompressed` is 0 for a blob stored raw. @throws RepositoryDamaged naming `what` */
export function openBlob(sealer: Sealer, sealed: Uint8Array, uncompressed: number, idHex: string, what: string): Buffer {
	const opened = sealer.open(sealed, what);
	const plain = uncompressed ? decompress(opened, uncompressed, what) : opened;
	if (hash('sha256', plain, 'hex') !== idHex) throw notWhatItSays(what);
	return plain;
}

/** A pack of content never holds a larger blob; a tree has no limit. */
const wholeLimit = 8 * 1024 * 1024;

/** As `openBlob` for nothing but the proof; a large plaintext is never in memory. */
export async function proveBlob(sealer: Sealer, sealed: Uint8Array, uncompressed: number, idHex: string, what: string): Promise<void> {
	if (uncompressed <= wholeLimit) {
		openBlob(sealer, sealed, uncompressed, idHex, what);
		return;
	}
	const digest = createHash('sha256');
	for await (const piece of decompressStream([sealer.open(sealed, what)], uncompressed, what)) digest.update(piece);
	if (digest.digest('hex') !== idHex) throw notWhatItSays(what);
}

export const notWhatItSays = (what: string): LazaretteError => new LazaretteError('RepositoryDamaged', `${what} is not what its ID says`);
