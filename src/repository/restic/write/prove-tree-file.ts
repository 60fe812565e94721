import {createHash} from 'node:crypto';
import {createReadStream, readFileSync} from 'node:fs';
import {setImmediate as turn} from 'node:timers/promises';
import {unzstdPieces} from '../files/unzstd.ts';
import {decompressStream} from '../files/zstd.ts';
import {PackEntries} from '../index/pack-entries.ts';
import {readPackHeader} from '../pack/pack-header.ts';
import {faultyMachine} from './faulty-machine.ts';
import type {Sealer} from '../crypto/sealer.ts';
import type {ClosedPack} from '../pack/pack-writer.ts';

const ivLength = 16;
const macLength = 16;
/** Sealed, a tree up to this is held in memory: its text is then read without a buffer for each piece. It is that of half a million names. */
const wholeLimit = 8 * 1024 * 1024;
const pieceBytes = 256 * 1024;
/** After so many, who else works on this thread gets a turn. */
const piecesInARow = 8;

/** Reads the only blob of a finished pack back from its scratch file. @throws RepositoryDamaged or Unexpected when it is not the tree `id` */
export async function proveTreeFile(pack: ClosedPack, sealer: Sealer, id: Uint8Array, plainLength: number): Promise<void> {
	const what = `the new tree ${pack.id}`;
	const entries = new PackEntries();
	readPackHeader(pack.header, entries, what);
	const isCompressed = entries.uncompressedOf(0) > 0;
	const hash = createHash('sha256');
	if (pack.file.size <= wholeLimit) {
		const opened = sealer.open(readFileSync(pack.file.path).subarray(0, entries.lengthOf(0)), what);
		let count = 0;
		for (const piece of isCompressed ? unzstdPieces(opened, plainLength, Buffer.allocUnsafeSlow(pieceBytes)) : [opened]) {
			hash.update(piece);
			if (++count % piecesInARow === 0) await turn();
		}
	} else {
		const plain = openedFile(pack, sealer, entries.lengthOf(0), what);
		for await (const piece of isCompressed ? decompressStream(plain, plainLength, what) : plain) hash.update(piece);
	}
	if (!hash.digest().equals(id)) throw faultyMachine(what);
}

async function* openedFile({file}: ClosedPack, sealer: Sealer, length: number, what: string): AsyncGenerator<Buffer> {
	const readRange = (from: number, count: number) => createReadStream(file.path, {start: from, end: from + count - 1});
	const end = length - macLength;
	const [iv] = (await readRange(0, ivLength).toArray()) as Buffer[];
	const [mac] = (await readRange(end, macLength).toArray()) as Buffer[];
	const opened = sealer.openStream(iv!, what);
	for await (const piece of readRange(ivLength, end - ivLength)) yield opened.update(piece as Buffer);
	opened.final(mac!);
}
