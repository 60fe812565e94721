import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {decompressStream} from '../files/zstd.ts';
import {PackEntries} from '../index/pack-entries.ts';
import {readPackHeader} from '../pack/pack-header.ts';
import {faultyMachine} from './faulty-machine.ts';
import type {Sealer} from '../crypto/sealer.ts';
import type {ClosedPack} from '../pack/pack-writer.ts';

const ivLength = 16;
const macLength = 16;

/** Reads the only blob of a finished pack back from its scratch file. @throws RepositoryDamaged or Unexpected when it is not the tree `id` */
export async function proveTreeFile(pack: ClosedPack, sealer: Sealer, id: Uint8Array, plainLength: number): Promise<void> {
	const what = `the new tree ${pack.id}`;
	const entries = new PackEntries();
	readPackHeader(pack.header, entries, what);
	const end = entries.lengthOf(0) - macLength;
	const [iv] = (await readRange(pack.file.path, 0, ivLength).toArray()) as Buffer[];
	const [mac] = (await readRange(pack.file.path, end, macLength).toArray()) as Buffer[];

	const opened = sealer.openStream(iv!, what);
	const plain = async function* (): AsyncGenerator<Buffer> {
		for await (const piece of readRange(pack.file.path, ivLength, end - ivLength)) yield opened.update(piece as Buffer);
		opened.final(mac!);
	};
	const hash = createHash('sha256');
	for await (const piece of entries.uncompressedOf(0) ? decompressStream(plain(), plainLength, what) : plain()) hash.update(piece);
	if (!hash.digest().equals(id)) throw faultyMachine(what);
}

const readRange = (path: string, from: number, length: number) => createReadStream(path, {start: from, end: from + length - 1});
