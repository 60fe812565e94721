import {open} from 'node:fs/promises';
import type {Stats} from 'node:fs';
import type {FileHandle} from 'node:fs/promises';
import {LazaretteError} from '../../base/errors.ts';
import {throwIfCancelled} from '../cancellation.ts';
import {checkWhole, endsBefore} from '../byte-range.ts';
import type {ByteRange} from '../storage.ts';

const pieceBytes = 8 * 1024 * 1024;

/** The whole file, or exactly the range. @throws RepositoryDamaged when the file is too short; the system's errors */
export async function readRange(path: string, key: string, range: ByteRange | undefined, signal: AbortSignal): Promise<Buffer> {
	await using file = await open(path, 'r');
	const stats = await statOf(file, key);
	if (!range) checkWhole(key, stats.size);
	const {offset, length} = range ?? {offset: 0, length: stats.size};
	if (offset + length > stats.size) throw endsBefore(key, {offset, length}, stats.size);

	const bytes = Buffer.allocUnsafeSlow(length);
	for (let done = 0; done < length; ) {
		throwIfCancelled(signal);
		const {bytesRead} = await file.read(bytes, done, Math.min(pieceBytes, length - done), offset + done);
		if (bytesRead === 0) throw endsBefore(key, {offset, length}, offset + done);
		done += bytesRead;
	}

	return bytes;
}

const streamPieceBytes = 512 * 1024;

/** The range in pieces, each read while the one before is worked on. Two buffers take turns. @throws as `readRange` */
export async function* streamRange(path: string, key: string, {offset, length}: ByteRange, signal: AbortSignal): AsyncGenerator<Uint8Array> {
	await using file = await open(path, 'r');
	const {size} = await statOf(file, key);
	if (offset + length > size) throw endsBefore(key, {offset, length}, size);

	const pieceBytes = Math.min(streamPieceBytes, length);
	const buffers = [Buffer.allocUnsafeSlow(pieceBytes), Buffer.allocUnsafeSlow(Math.min(pieceBytes, length - pieceBytes))] as const;
	const readAt = async (done: number, turn: number): Promise<Uint8Array | undefined> => {
		if (done === length) return undefined;
		throwIfCancelled(signal);
		const wanted = Math.min(pieceBytes, length - done);
		const {bytesRead} = await file.read(buffers[turn & 1]!, 0, wanted, offset + done);
		if (bytesRead === 0) throw endsBefore(key, {offset, length}, offset + done);
		return buffers[turn & 1]!.subarray(0, bytesRead);
	};

	let ahead: Promise<Uint8Array | undefined> = Promise.resolve(undefined);
	try {
		ahead = readAt(0, 0);
		let done = 0;
		for (let turn = 1; ; turn++) {
			const piece = await ahead;
			if (!piece) return;
			done += piece.length;
			ahead = readAt(done, turn);
			ahead.catch(() => {});
			yield piece;
		}
	} finally {
		// The file stays open as long as a read of it is under way.
		await ahead.catch(() => {});
	}
}

async function statOf(file: FileHandle, key: string): Promise<Stats> {
	const stats = await file.stat();
	if (!stats.isFile()) throw new LazaretteError('ObjectNotFound', `${key} is not a file in the repository`);
	return stats;
}
