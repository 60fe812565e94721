import {isLazaretteError} from '../../../base/errors.ts';
import {idOfKey, lockKey, prefixes} from '../files/object-keys.ts';
import {decodeUnpacked} from '../files/unpacked.ts';
import {decodeLock} from '../lock/lock-file.ts';
import type {Lock} from '../lock/lock-file.ts';
import type {JudgeLock} from '../lock/lock-policy.ts';
import type {OpenRepository} from '../open-repository.ts';

export type UnlockOptions = {
	/** Says of which locks the holder is proven gone. */
	judge: JudgeLock;
	/** Remove all others, too: only for who has made sure that nobody works on the repository. */
	all?: boolean;
};

/** `lock` is absent for one that can not be read. */
export type FoundLock = {id: string; lock?: Lock};

export type UnlockResult = {removed: FoundLock[]; kept: FoundLock[]};

/** Removes locks whose holders are dead, and by wish all. A lock that is merely old, or unreadable, is proof of nothing. Takes no lock itself. */
export async function unlock(repository: Pick<OpenRepository, 'storage' | 'sealer'>, {judge, all = false}: UnlockOptions, signal: AbortSignal): Promise<UnlockResult> {
	const result: UnlockResult = {removed: [], kept: []};
	for (const id of await lockIds(repository, signal)) {
		const found = await readLock(repository, id, signal);
		if (!found) continue;
		const isDead = found.lock && judge(found.lock) === 'dead';
		if (isDead || all) await repository.storage.remove(lockKey(id), signal);
		result[isDead || all ? 'removed' : 'kept'].push(found);
	}
	return result;
}

/** The whole list first: a listing need not bear removals meanwhile. */
async function lockIds({storage}: Pick<OpenRepository, 'storage'>, signal: AbortSignal): Promise<string[]> {
	const ids: string[] = [];
	for await (const {key} of storage.list(prefixes.locks, signal)) {
		const id = idOfKey(key);
		if (id) ids.push(id);
	}
	return ids.sort();
}

/** Undefined when it was released meanwhile. */
async function readLock({storage, sealer}: Pick<OpenRepository, 'storage' | 'sealer'>, id: string, signal: AbortSignal): Promise<FoundLock | undefined> {
	const key = lockKey(id);
	try {
		return {id, lock: decodeLock(decodeUnpacked(sealer, await storage.get(key, signal), key), id)};
	} catch (error) {
		if (isLazaretteError(error, 'ObjectNotFound')) return undefined;
		if (isLazaretteError(error, 'RepositoryDamaged')) return {id};
		throw error;
	}
}
