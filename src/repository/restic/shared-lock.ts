import {acquireLock} from './lock/acquire-lock.ts';
import type {AcquireLock} from './lock/acquire-lock.ts';
import type {HeldLock} from './lock/held-lock.ts';

/** One shared lock for all that a process does in a repository: taken when it is first needed, given back once at the end. */
export class SharedLock {
	readonly #options: Omit<AcquireLock, 'exclusive' | 'signal'>;
	#held: Promise<HeldLock> | undefined;
	#removed = 0;

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

	async release(): Promise<void> {
		const held = this.#held;
		this.#held = undefined;
		const lock = await held?.catch(() => undefined);
		await lock?.release();
	}

	async #acquire(signal: AbortSignal): Promise<HeldLock> {
		const lock = await acquireLock({...this.#options, exclusive: false, signal});
		this.#removed += lock.removedLocks;
		return lock;
	}
}
