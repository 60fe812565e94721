import {closeSync, fstatSync, openSync, readSync} from 'node:fs';
import {LazaretteError} from '../../base/errors.ts';
import type {LocalFile} from '../storage.ts';
import type {Pace} from '../wrap/limit.ts';

/**
The content of one upload, in pieces. A piece is valid until the next one is asked for, so that a file of any size passes through one small buffer;
each iteration starts from the beginning.
*/
export type UploadBody = AsyncIterable<Uint8Array>;

/**
Large enough for few system calls. Small enough that TLS, which encrypts all of a write before it sends any of it, needs no second copy of the object:
a 16 MiB write raises the process by 30 MiB over one in pieces.
*/
const pieceBytes = 256 * 1024;

export async function* bytesBody(bytes: Uint8Array): UploadBody {
	for (let offset = 0; offset < bytes.byteLength; offset += pieceBytes) yield bytes.subarray(offset, offset + pieceBytes);
}

/**
Reads without a thread of libuv's in between, which would cost more than the copy itself: the file was written a moment ago and lies in memory.
@throws VerificationFailed when the file does not have the announced size; `Unexpected` when it cannot be read
*/
export async function* fileBody(file: LocalFile): UploadBody {
	let fd: number | undefined;
	try {
		fd = openSync(file.path, 'r');
		checkSize(file, fstatSync(fd).size);
		const piece = Buffer.allocUnsafeSlow(Math.min(pieceBytes, file.size));
		for (let offset = 0; offset < file.size; ) {
			const bytesRead = readSync(fd, piece, 0, Math.min(piece.length, file.size - offset), offset);
			if (bytesRead === 0) checkSize(file, offset);
			yield piece.subarray(0, bytesRead);
			offset += bytesRead;
		}
	} catch (error) {
		if (error instanceof LazaretteError) throw error;
		throw new LazaretteError('Unexpected', `unfinished file ${file.path} cannot be read`, {cause: error});
	} finally {
		if (fd !== undefined) closeSync(fd);
	}
}

/** The same pieces, each when it may pass. */
export async function* pacedBody(body: UploadBody, pace: Pace, signal: AbortSignal): UploadBody {
	for await (const piece of body) {
		await pace(piece.byteLength, signal);
		yield piece;
	}
}

function checkSize(file: LocalFile, actual: number): void {
	if (actual === file.size) return;
	throw new LazaretteError('VerificationFailed', `unfinished file ${file.path} has ${actual} bytes instead of ${file.size}; it was not stored`, {hint: 'something changed it while it was being written; begin the run again'});
}
