import {open} from 'node:fs/promises';
import {LazaretteError} from '../../base/errors.ts';
import {throwIfCancelled} from '../cancellation.ts';
import {checkWhole, endsBefore} from '../byte-range.ts';
import type {ByteRange} from '../storage.ts';

const pieceBytes = 8 * 1024 * 1024;

/** The whole file, or exactly the range. @throws RepositoryDamaged when the file is too short; the system's errors */
export async function readRange(path: string, key: string, range: ByteRange | undefined, signal: AbortSignal): Promise<Buffer> {
	await using file = await open(path, 'r');
	const stats = await file.stat();
	if (!stats.isFile()) throw new LazaretteError('ObjectNotFound', `${key} is not a file in the repository`);
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
