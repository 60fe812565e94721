import {LazaretteError} from '../../base/errors.ts';
import type {HeldLock} from './lock/held-lock.ts';
import type {SharedLock} from './shared-lock.ts';

/** How an opened repository comes by its lock. */
export type RepositoryLock = Pick<SharedLock, 'held' | 'standing' | 'release' | 'removedLocks'>;

/** For what is done without a lock. */
export const noneHeld: HeldLock = {
	id: '',
	removedLocks: 0,
	signal: new AbortController().signal,
	confirm: async () => undefined,
	release: async () => undefined,
};

/**
Reading without a lock, for whom may not write into the repository, not even a lock file. Nobody knows of such a reader: a prune may remove what it reads, and
it then fails with an error. Never with wrong data, since all that is read is proven.
*/
export const noLock: RepositoryLock = {
	held: async () => noneHeld,
	standing: async () => ({signal: noneHeld.signal, held: async () => noneHeld}),
	release: async () => undefined,
	removedLocks: 0,
};

/** @throws BadRequest where the repository was opened without a lock */
export function refuseUnlocked(lock: RepositoryLock, location: string): void {
	if (lock === noLock) throw new LazaretteError('BadRequest', `the repository at ${location} was opened without a lock, for reading only`, {hint: 'leave --no-lock out; nothing was changed'});
}
