import {kMaxLength} from 'node:buffer';
import {setImmediate} from 'node:timers/promises';
import {isLazaretteError} from '../../../base/errors.ts';
import {idOfKey, prefixes} from '../files/object-keys.ts';
import {unzstdPieces} from '../files/unzstd.ts';
import {inParallel} from '../in-parallel.ts';
import {IndexScanner} from './index-scanner.ts';
import type {LazaretteError} from '../../../base/errors.ts';
import type {Storage} from '../../../storage/storage.ts';
import type {Sealer} from '../crypto/sealer.ts';
import type {PackEntries} from './pack-entries.ts';

const parallelReads = 4;
const pieceSize = 64 * 1024;
/** Some 10 ms of work. */
const piecesInARow = 16;
/** First byte of a compressed unpacked file; uncompressed ones begin with `{` or `[`. */
const compressedMark = 2;

export type ReadIndexFiles = {
	storage: Storage;
	sealer: Sealer;
	/** One pack of one index file; `entries` is only valid during the call. */
	onPack: (entries: PackEntries, indexKey: string) => void;
	/** Receives a damaged file instead of its error ending everything; packs read from it before the damage have been handed over. */
	onDamaged?: (indexKey: string, error: LazaretteError) => void;
	/** The bytes of a file as stored, before they are read. */
	onFile?: (indexKey: string, bytes: Buffer) => void;
};

/** Reads every index file of the repository as a stream of packs, some files at a time. Returns how many there are. */
export async function readIndexFiles(options: ReadIndexFiles, signal: AbortSignal): Promise<number> {
	const {storage, sealer, onPack, onDamaged, onFile} = options;
	const keys: string[] = [];
	for await (const {key} of storage.list(prefixes.index, signal)) if (idOfKey(key)) keys.push(key);

	await inParallel(keys, parallelReads, async key => {
		try {
			const bytes = await storage.get(key, signal);
			onFile?.(key, bytes);
			const scanner = new IndexScanner(entries => onPack(entries, key), key);
			for await (const piece of unpackedPieces(sealer, bytes, key)) scanner.push(piece);
			scanner.end();
		} catch (error) {
			if (!onDamaged || !(isLazaretteError(error, 'RepositoryDamaged') || isLazaretteError(error, 'ObjectNotFound'))) throw error;
			onDamaged(key, error);
		}
	});
	return keys.length;
}

/** An index file grows to 8 MB of JSON, and to far more from old writers: it is read piece by piece, all of them in the same memory, with pauses for others. */
async function* unpackedPieces(sealer: Sealer, bytes: Buffer, what: string): AsyncGenerator<Uint8Array> {
	const plain = sealer.open(bytes, what);
	if (plain[0] !== compressedMark) {
		yield plain;
		return;
	}
	let number = 0;
	for (const piece of unzstdPieces(plain.subarray(1), kMaxLength, Buffer.allocUnsafeSlow(pieceSize))) {
		yield piece;
		if (++number % piecesInARow === 0) await setImmediate();
	}
}
