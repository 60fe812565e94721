import {open} from 'node:fs/promises';
import {throwIfCancelled} from '../cancellation.ts';
import {isUnsupported} from '../errno.ts';
import type {FileHandle} from 'node:fs/promises';

const pieceBytes = 1024 * 1024;

/** Writes a new file and returns when it would survive a power cut, except for its name. */
export async function writeDurably(path: string, bytes: Uint8Array, mode: number, signal: AbortSignal): Promise<void> {
	await using file = await open(path, 'wx', 0o600);
	for (let done = 0; done < bytes.byteLength; ) {
		throwIfCancelled(signal);
		done += (await file.write(bytes, done, Math.min(pieceBytes, bytes.byteLength - done))).bytesWritten;
	}

	await settle(file, mode);
}

/** Makes a file that somebody else wrote durable and gives it its final mode; returns its size. */
export async function makeDurable(path: string, mode: number): Promise<number> {
	await using file = await open(path, 'r');
	await settle(file, mode);
	return (await file.stat()).size;
}

async function settle(file: FileHandle, mode: number): Promise<void> {
	await whereSupported(async () => file.chmod(mode));
	await file.sync();
}

/** Makes the names in a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
	await using directory = await open(path, 'r');
	await whereSupported(async () => directory.sync());
}

/** Does what not every file system can do, or does without. */
export async function whereSupported(work: () => Promise<void>): Promise<void> {
	try {
		await work();
	} catch (error) {
		if (!isUnsupported(error)) throw error;
	}
}
