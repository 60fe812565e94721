import {LazaretteError} from '../../base/errors.ts';
import {acquireLock} from './lock/acquire-lock.ts';
import {whenStanding} from './lock/stand-lock.ts';
import type {AcquireLock} from './lock/acquire-lock.ts';
import type {HeldLock} from './lock/held-lock.ts';
import type {StandingLock} from './lock/stand-lock.ts';

/** One shared lock for all that a process does in a repository: taken when it is first needed, given back once at the end. */
export class SharedLock {
	readonly #options: Omit<AcquireLock, 'exclusive' | 'signal'>;
	#held: Promise<HeldLock> | undefined;
	#removed = 0;
	#standing = Promise.withResolvers<void>();
	#giveUp = new AbortController();

	constructor(options: Omit<AcquireLock, 'exclusive' | 'signal'>) {
		this.#options = options;
	}

	get removedLocks(): number {
		return this.#removed;
	}

	/** The lock; another attempt is made when the last one failed. @throws LockedByOther */
	async held(signal: AbortSignal): Promise<HeldLock> {
		this.#held ??= this.#acquire(signal);
		const attempt = this.#held;
		try {
			const lock = await attempt;
			lock.signal.throwIfAborted();
			return lock;
		} catch (error) {
			if (this.#held === attempt) await this.release().catch(() => {});
			throw error;
		}
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

	async #acquire(signal: AbortSignal): Promise<HeldLock> {
		this.#giveUp = new AbortController();
		this.#standing = Promise.withResolvers<void>();
		const {resolve: onStanding} = this.#standing;
		const lock = await acquireLock({...this.#options, exclusive: false, signal: AbortSignal.any([signal, this.#giveUp.signal]), onStanding});
		this.#removed += lock.removedLocks;
		return lock;
	}
}
