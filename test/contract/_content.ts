import {createHash, randomBytes} from 'node:crypto';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {LocalFile, Storage} from '../../src/storage/storage.ts';

/** A file as a caller of `putFile` leaves it. */
export async function localFile(storage: Storage, bytes: Uint8Array): Promise<LocalFile> {
	const path = join(storage.scratchDirectory, `pack-${randomBytes(6).toString('hex')}`);
	await writeFile(path, bytes);
	return {path, size: bytes.byteLength, sha256: sha256(bytes)};
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
