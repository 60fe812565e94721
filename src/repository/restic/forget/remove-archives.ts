import {LazaretteError} from '../../../base/errors.ts';
import {shortId} from '../../archive.ts';
import {snapshotKey} from '../files/object-keys.ts';
import {inParallel} from '../in-parallel.ts';
import {isPinned} from '../snapshots/pinned.ts';
import type {Archive} from '../../archive.ts';
import type {HeldLock} from '../lock/held-lock.ts';
import type {OpenRepository} from '../open-repository.ts';

const parallelRemovals = 8;

/**
Makes archives invisible; what only they needed stays until a prune. `lock` is exclusive. One that is gone already is no error, so that a removal
that was cut off can be repeated.
@throws BadRequest when any is pinned, before the first is removed; LockLost
*/
export async function removeArchives({storage}: Pick<OpenRepository, 'storage'>, lock: HeldLock, archives: readonly Archive[], signal: AbortSignal): Promise<void> {
	const pinned = archives.find(archive => isPinned(archive));
	if (pinned) throw new LazaretteError('BadRequest', `archive ${shortId(pinned.id)} is pinned`, {hint: 'unpin it before it is removed; no archive was removed', context: {archive: pinned.id}});
	if (archives.length === 0) return;

	await lock.confirm(signal);
	const removing = AbortSignal.any([signal, lock.signal]);
	await inParallel(archives, parallelRemovals, async ({id}) => storage.remove(snapshotKey(id), removing));
}
