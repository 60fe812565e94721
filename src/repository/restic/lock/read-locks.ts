import {isLazaretteError} from '../../../base/errors.ts';
import {idOfKey, lockKey, prefixes} from '../files/object-keys.ts';
import {decodeUnpacked} from '../files/unpacked.ts';
import {decodeLock} from './lock-file.ts';
import type {Storage, StoredObject} from '../../../storage/storage.ts';
import type {Sealer} from '../crypto/sealer.ts';
import type {Lock} from './lock-file.ts';

/**
All locks but those that `skip`, which is asked about every one that is listed, says yes to; of those `listed`, where the caller knows them. Empty ones are ignored, as restic does: they are what an interrupted upload leaves on some stores.
@throws RepositoryDamaged naming a lock that cannot be read
*/
export async function* readLocks(storage: Storage, sealer: Sealer, signal: AbortSignal, skip: (id: string) => boolean = () => false, listed?: readonly StoredObject[]): AsyncGenerator<Lock> {
	for await (const {key, size} of listed ?? storage.list(prefixes.locks, signal)) {
		const id = idOfKey(key);
		if (!id || skip(id) || size === 0) continue;
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
