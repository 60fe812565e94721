import {LazaretteError} from '../../base/errors.ts';
import {acquireLock} from './lock/acquire-lock.ts';
import {whenStanding} from './lock/stand-lock.ts';
import {waitForOthers} from './lock/wait-for-others.ts';
import type {AcquireLock} from './lock/acquire-lock.ts';
import type {HeldLock} from './lock/held-lock.ts';
import type {StandingLock} from './lock/stand-lock.ts';

export type SharedLockOptions = Omit<AcquireLock, 'exclusive' | 'signal' | 'onStanding'> & {/** How long to wait for others; not at all unless given. */ patienceMs?: number};

/** One shared lock for all that a process does in a repository: taken when it is first needed, given back once at the end. */
export class SharedLock {
	readonly #options: SharedLockOptions;
	#held: Promise<HeldLock> | undefined;
	#removed = 0;
	#standing = Promise.withResolvers<void>();
	#giveUp = new AbortController();

	constructor(options: SharedLockOptions) {
		this.#options = options;
	}

	get removedLocks(): number {
		return this.#removed;
	}

	/**
	The lock; another attempt is made when the last one failed. Who stops waiting leaves the attempt to those who wait as well, and to who comes next: only `release` ends it.
	@throws LockedByOther
	*/
	async held(signal: AbortSignal): Promise<HeldLock> {
		signal.throwIfAborted();
		const attempt = (this.#held ??= this.#acquire());
		const lock = await orAborted(attempt, signal);
		if (lock.signal.aborted && this.#held === attempt) await this.release().catch(() => {});
		lock.signal.throwIfAborted();
		return lock;
	}

	/**
	For who only reads, and who writes nothing yet that anybody sees: resolves when the lock stands, without the pause and the second look, which go on meanwhile. Whoever took
	an exclusive lock in the same moment finds ours and gives up, or makes this signal abort with LockedByOther; what was read by then is proven by itself. It aborts as well
	when the lock is lost.
	*/
	async standing(signal: AbortSignal): Promise<StandingLock> {
		const attempt = this.held(signal);
		return whenStanding(attempt, this.#standing.promise);
	}

	/** A lock on whose second look nobody waits any more is withdrawn before it. */
	async release(): Promise<void> {
		const held = this.#held;
		this.#held = undefined;
		this.#giveUp.abort(new LazaretteError('LockLost', `our lock on the repository at ${this.#options.storage.location} was given back before its second look`, {hint: 'nothing more is written, so that nobody else is harmed; the run starts again from the beginning'}));
		const lock = await held?.catch(() => undefined);
		await lock?.release();
	}

	#acquire(): Promise<HeldLock> {
		this.#giveUp = new AbortController();
		this.#standing = Promise.withResolvers<void>();
		const {clock, random, patienceMs = 0} = this.#options;
		const {signal} = this.#giveUp;
		const {resolve} = this.#standing;
		let stands = false;
		const onStanding = (): void => {
			stands = true;
			resolve();
		};
		const attempt = waitForOthers(async () => acquireLock({...this.#options, exclusive: false, signal, onStanding}), {clock, random, patienceMs, signal, mayRepeat: () => !stands});
		attempt.then(
			({removedLocks}) => (this.#removed += removedLocks),
			() => {
				if (this.#held === attempt) this.#held = undefined;
			},
		);
		return attempt;
	}
}

/** Settles with `attempt`, or rejects as soon as `signal` aborts. */
async function orAborted<Result>(attempt: Promise<Result>, signal: AbortSignal): Promise<Result> {
	const {promise: aborted, reject} = Promise.withResolvers<never>();
	const onAbort = (): void => reject(signal.reason);
	signal.addEventListener('abort', onAbort, {once: true});
	try {
		return await Promise.race([attempt, aborted]);
	} finally {
		signal.removeEventListener('abort', onAbort);
	}
}
