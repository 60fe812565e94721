import {isLazaretteError, LazaretteError} from '../../../base/errors.ts';
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
	/** Remove these, too, by the beginnings of their IDs, each of which must fit exactly one: for who has made sure of their holders. */
	chosen?: readonly string[];
};

/** `lock` is absent for one that can not be read. */
export type FoundLock = {id: string; lock?: Lock};

export type UnlockResult = {removed: FoundLock[]; kept: FoundLock[]};

/** Removes locks whose holders are dead, and by wish all. A lock that is merely old, or unreadable, is proof of nothing. Takes no lock itself. */
export async function unlock(repository: Pick<OpenRepository, 'storage' | 'sealer'>, {judge, all = false, chosen = []}: UnlockOptions, signal: AbortSignal): Promise<UnlockResult> {
	const result: UnlockResult = {removed: [], kept: []};
	const ids = await lockIds(repository, signal);
	const named = new Set(chosen.map(beginning => onlyOne(ids, beginning)));
	for (const id of ids) {
		const found = await readLock(repository, id, signal);
		if (!found) continue;
		const goes = all || named.has(id) || (found.lock !== undefined && judge(found.lock) === 'dead');
		if (goes) await repository.storage.remove(lockKey(id), signal);
		result[goes ? 'removed' : 'kept'].push(found);
	}
	return result;
}

function onlyOne(ids: readonly string[], beginning: string): string {
	const [id, ...more] = ids.filter(one => one.startsWith(beginning));
	if (id !== undefined && more.length === 0) return id;
	throw new LazaretteError('BadRequest', id === undefined ? `there is no lock ${beginning}` : `${beginning} fits ${more.length + 1} locks`, {hint: 'lazarette unlock shows them; none was removed'});
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
