import {withDeadline} from '../../base/abort.ts';
import {LazaretteError} from '../../base/errors.ts';
import {snapshotKey} from './files/object-keys.ts';
import {encodeArchive} from './snapshot-files.ts';
import type {Archive} from '../archive.ts';
import type {HeldLock} from './lock/held-lock.ts';
import type {OpenRepository} from './open-repository.ts';

/** Within the half minute that Kubernetes gives a pod which it asks to go, with time left to give the lock back. */
const lastStepMs = 15_000;
const withdrawalMs = 10_000;

/**
Makes an archive visible; everything it needs is durable. Who asks the run to stop is heard before, and no longer in between: an archive that was stored while its writer was told otherwise would be
there though the run says that it failed. Whatever else goes wrong takes the archive away again, as far as the store lets it.
@throws LockLost; what `signal` aborted with
*/
export async function publishArchive(repository: OpenRepository, lock: HeldLock, archive: Omit<Archive, 'id'>, signal: AbortSignal): Promise<Archive> {
	const {storage} = repository;
	const {archive: written, bytes} = encodeArchive(repository, archive);
	const {id} = written;
	await lock.confirm(signal);
	signal.throwIfAborted();
	using lastStep = lingering(signal, lock.signal);
	try {
		await storage.put(snapshotKey(id), bytes, lastStep.signal, {sha256: id});
		// Who broke the lock may be removing what the archive needs.
		lock.signal.throwIfAborted();
		return written;
	} catch (error) {
		using deadline = withDeadline(undefined, withdrawalMs, 'taking back an archive that was not finished');
		await storage.remove(snapshotKey(id), deadline.signal).catch(() => {});
		throw error;
	}
}

/** Aborts at once with `lost`, and a while after `asked`, so that a store that does not answer holds nobody for ever. */
function lingering(asked: AbortSignal, lost: AbortSignal): {signal: AbortSignal; [Symbol.dispose](): void} {
	const over = new AbortController();
	let timer: NodeJS.Timeout | undefined;
	const wait = (): void => {
		const reason = new LazaretteError('Cancelled', `the archive was not stored within ${lastStepMs / 1000} seconds after the run was asked to stop`, {retry: 'later', cause: asked.reason});
		timer = setTimeout(() => over.abort(reason), lastStepMs);
	};
	asked.addEventListener('abort', wait, {once: true});
	return {
		signal: AbortSignal.any([over.signal, lost]),
		[Symbol.dispose]() {
			asked.removeEventListener('abort', wait);
			clearTimeout(timer);
		},
	};
}
