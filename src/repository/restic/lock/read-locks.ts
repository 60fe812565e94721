import {isLazaretteError} from '../../../base/errors.ts';
import {idOfKey, lockKey, prefixes} from '../files/object-keys.ts';
import {decodeUnpacked} from '../files/unpacked.ts';
import {decodeLock} from './lock-file.ts';
import type {Storage} from '../../../storage/storage.ts';
import type {Sealer} from '../crypto/sealer.ts';
import type {Lock} from './lock-file.ts';

/**
All locks but those whose IDs are in `skip`. Empty ones are ignored, as restic does: they are what an interrupted upload leaves on some stores.
@throws RepositoryDamaged naming a lock that cannot be read
*/
export async function* readLocks(storage: Storage, sealer: Sealer, signal: AbortSignal, skip: ReadonlySet<string> = new Set()): AsyncGenerator<Lock> {
	for await (const {key, size} of storage.list(prefixes.locks, signal)) {
		const id = idOfKey(key);
		if (!id || skip.has(id) || size === 0) continue;
		const lock = await readLock(storage, sealer, id, signal);
		if (lock) yield lock;
	}
}

/** Undefined when it was released meanwhile. */
async function readLock(storage: Storage, sealer: Sealer, id: string, signal: AbortSignal): Promise<Lock | undefined> {
	const key = lockKey(id);
	try {
		const bytes = await storage.get(key, signal);
		return bytes.length === 0 ? undefined : decodeLock(decodeUnpacked(sealer, bytes, key), id);
	} catch (error) {
		if (isLazaretteError(error, 'ObjectNotFound')) return undefined;
		throw error;
	}
}
