import {acquireLock} from './acquire-lock.ts';
import type {AcquireLock} from './acquire-lock.ts';
import type {HeldLock} from './held-lock.ts';

/** A lock that stands in the store, with its second look still to come. */
export type StandingLock = {
	/** Aborts with LockedByOther when the second look finds another's lock, with LockLost when the lock is lost later. */
	readonly signal: AbortSignal;
	/** Resolves after the second look. @throws LockedByOther */
	held(): Promise<HeldLock>;
};

export type ReleasableLock = StandingLock & {
	/** Gives the lock back, whether or not the second look is over. */
	release(): Promise<void>;
};

/**
For who has much to read before anything changes: resolves when the lock stands, and the pause and the second look go on meanwhile. Whoever came in the same moment may still
be at work until `held` resolves, and may have changed what was read before.
@throws LockedByOther
*/
export async function standLock(options: AcquireLock): Promise<ReleasableLock> {
	const stands = Promise.withResolvers<void>();
	const giveUp = new AbortController();
	const attempt = acquireLock({...options, signal: AbortSignal.any([options.signal, giveUp.signal]), onStanding: stands.resolve});
	const standing = await whenStanding(attempt, stands.promise);
	return {
		...standing,
		async release() {
			giveUp.abort();
			const lock = await attempt.catch(() => undefined);
			await lock?.release();
		},
	};
}

/** Resolves when a lock that is being taken stands, or rejects with why it will not. */
export async function whenStanding(attempt: Promise<HeldLock>, stands: Promise<void>): Promise<StandingLock> {
	const over = new AbortController();
	const end = (reason: unknown): void => over.abort(reason);
	const follow = async (): Promise<void> => {
		const {signal} = await attempt;
		if (signal.aborted) end(signal.reason);
		else signal.addEventListener('abort', () => end(signal.reason), {once: true});
	};
	await Promise.race([stands, follow().catch(end)]);
	over.signal.throwIfAborted();
	return {signal: over.signal, held: async () => attempt};
}
