import {withDeadline} from '../../../base/abort.ts';
import {isLazaretteError, LazaretteError} from '../../../base/errors.ts';
import {lockKey, prefixes} from '../files/object-keys.ts';
import {describeLock} from './describe-lock.ts';
import {HeldLockKeeper} from './held-lock.ts';
import {momentOf, sinceMs} from './moment.ts';
import {conflicts, lockTimes} from './lock-policy.ts';
import {readLocks} from './read-locks.ts';
import {writeLock} from './write-lock.ts';
import type {Clock} from '../../../base/clock.ts';
import type {Random} from '../../../base/random.ts';
import type {Storage} from '../../../storage/storage.ts';
import type {Sealer} from '../crypto/sealer.ts';
import type {RepositoryConfig} from '../files/config.ts';
import type {HeldLock} from './held-lock.ts';
import type {Listed} from '../first-listing.ts';
import type {LockHolder} from './lock-file.ts';
import type {Moment} from './moment.ts';
import type {JudgeLock} from './lock-policy.ts';

export type AcquireLock = {
	storage: Storage;
	sealer: Sealer;
	/** The repository's format version; 2 unless given. */
	version?: RepositoryConfig['version'];
	/** Exclusive tolerates no other lock, shared only other shared ones. */
	exclusive: boolean;
	holder: LockHolder;
	clock: Clock;
	random: Random;
	/** Ends the acquisition; a lock that is held is given back with `release` alone. */
	signal: AbortSignal;
	judge: JudgeLock;
	/** For the first look: the locks that were there a moment ago, if somebody has just listed them; gives them once. */
	listed?: () => Listed | undefined;
	/** Called when the lock stands, before the pause if there is one: nobody who looks from now on can overlook it. */
	onStanding?: () => void;
};

/** restic waits so before it believes that a lock cannot be read: a store may show it before all of it is there. */
const unreadableRetryMs = [5000, 10_000, 20_000];

/**
Takes the repository's lock as restic does: look, write, wait, look again. Locks judged dead are removed on the way. Whoever wrote a lock after our first look looks for others
only when the pause is over: by then ours stands, or else we look once more before it counts as standing. Nobody who overlooked it is at work from then on.

Where the store shows all the same, a shared lock needs no pause: who looks after having written sees whoever had written before, and is seen by whoever writes later (ADR 15). An
exclusive one keeps it, because others count on it while they read before their own second look.
@throws LockedByOther naming the holder and the lock's age; RepositoryDamaged when a lock stays unreadable
*/
export async function acquireLock(options: AcquireLock): Promise<HeldLock> {
	const {storage, exclusive, clock, signal} = options;
	const seen: Seen = {harmless: new Set(), removed: 0};
	await refuseConflict(options, seen);

	try {
		const written = await writeLock(options, signal, ours => {
			seen.ours = ours;
			seen.harmless.add(ours);
		});
		const hasOneView = !exclusive && (await storage.hasOneView?.(prefixes.locks, signal)) === true;
		if (hasOneView || !seen.at || sinceMs(clock, seen.at) >= lockTimes.settleMs) await refuseConflict(options, seen);
		options.onStanding?.();
		if (!hasOneView) {
			await clock.sleep(lockTimes.settleMs, signal);
			await refuseConflict(options, seen);
		}
		return new HeldLockKeeper(options, written, seen.removed, seen.standing);
	} catch (error) {
		if (seen.ours) await withdraw(storage, seen.ours);
		throw error;
	}
}

/** Also after a write that failed, since it may have happened nevertheless. What cannot be removed now goes stale. */
async function withdraw(storage: Storage, id: string): Promise<void> {
	using deadline = withDeadline(undefined, 10_000, 'removing our lock');
	await storage.remove(lockKey(id), deadline.signal).catch(() => {});
}

type Seen = {
	/** Locks that were read and stand in nobody's way; they never change. */
	harmless: Set<string>;
	removed: number;
	/** ID of our own lock, once it may stand. */
	ours?: string;
	/** When it was seen to stand. */
	standing?: Moment;
	/** When the last look began. */
	at?: Moment;
};

async function refuseConflict(options: AcquireLock, seen: Seen): Promise<void> {
	const {clock, random, signal} = options;
	for (const retryMs of [...unreadableRetryMs, undefined]) {
		try {
			await lookOnce(options, seen);
			return;
		} catch (error) {
			if (retryMs === undefined || !isLazaretteError(error, 'RepositoryDamaged')) throw error;
			// Jitter keeps movers that started together from looking together.
			await clock.sleep(retryMs * (1 + random.fraction() / 10), signal);
		}
	}
}

async function lookOnce({storage, sealer, exclusive, clock, judge, signal, listed}: AcquireLock, seen: Seen): Promise<void> {
	const known = seen.ours ? undefined : listed?.();
	const begun = known?.at ?? momentOf(clock);
	seen.at = begun;
	const isHarmless = (id: string): boolean => {
		if (id === seen.ours) seen.standing = begun;
		return seen.harmless.has(id);
	};
	for await (const lock of readLocks(storage, sealer, signal, isHarmless, known?.objects)) {
		if (judge(lock) === 'dead') {
			await storage.remove(lockKey(lock.id), signal);
			seen.removed++;
		} else if (conflicts({exclusive}, lock)) {
			const {message, hint} = describeLock(lock, clock.now());
			throw new LazaretteError('LockedByOther', `the repository at ${storage.location} is locked ${message}`, {hint, context: {lock: lock.id, hostname: lock.hostname, exclusive: lock.exclusive}});
		} else seen.harmless.add(lock.id);
	}
}
