import {withDeadline} from '../../../base/abort.ts';
import {isLazaretteError, LazaretteError, toLazaretteError} from '../../../base/errors.ts';
import {backoffDelayMs} from '../../../base/backoff.ts';
import {lockKey} from '../files/object-keys.ts';
import {lockTimes} from './lock-policy.ts';
import {momentOf, sinceMs} from './moment.ts';
import {writeLock} from './write-lock.ts';
import type {Random} from '../../../base/random.ts';
import type {Moment} from './moment.ts';
import type {WriteLock, WrittenLock} from './write-lock.ts';

/** A lock this process holds and keeps fresh. */
export type HeldLock = {
	/** Changes with every refresh. */
	readonly id: string;
	/** Locks of dead holders that acquiring removed. */
	readonly removedLocks: number;
	/** Aborts with LockLost when the lock could not be refreshed in time, was taken away, or given back: whoever relies on it must stop writing at once. */
	readonly signal: AbortSignal;
	/** Asks the store whether the lock still stands, unless it was seen a moment ago; for the moment before an archive becomes visible. @throws LockLost */
	confirm(signal: AbortSignal): Promise<void>;
	/** Ends the refresh and removes the lock. Safe to call twice. */
	release(): Promise<void>;
};

/** After a failed refresh, which has 17.5 minutes left to succeed. */
const retryShape = {firstMs: 10_000, maxMs: 60_000};

const releaseDeadlineMs = 30_000;

/**
Refreshes by writing a new lock and then removing the old one, so that the repository is never without. Two loops run until the release: one
refreshes, the other watches that it happened, whatever a hanging store does to the first.
*/
export class HeldLockKeeper implements HeldLock {
	readonly removedLocks: number;
	readonly #options: WriteLock & {random: Random};
	readonly #lost = new AbortController();
	readonly #stop = new AbortController();
	readonly #loops: Promise<unknown>;
	/** IDs that may stand in the store, though they are no longer, or not yet, the lock that counts. */
	readonly #strays = new Set<string>();
	#current: WrittenLock;
	#refreshedAtMs: number;
	#lastFailure: LazaretteError | undefined;
	#releasing: Promise<void> | undefined;
	/** The lock that the store was last seen to have. */
	#seen: {id: string; at: Moment} | undefined;

	/** `standing`: when the store was last seen to have it. */
	constructor(options: WriteLock & {random: Random}, written: WrittenLock, removedLocks: number, standing?: Moment) {
		this.#options = options;
		if (standing) this.#seen = {id: written.id, at: standing};
		this.#current = written;
		this.#refreshedAtMs = options.clock.monotonicMs();
		this.removedLocks = removedLocks;
		this.#loops = Promise.allSettled([this.#keepFresh(), this.#watch()]);
	}

	get id(): string {
		return this.#current.id;
	}

	get signal(): AbortSignal {
		return this.#lost.signal;
	}

	async confirm(signal: AbortSignal): Promise<void> {
		// A refresh may replace the lock while the store is asked about the old one; then the new one is asked about.
		for (let asked: string | undefined; asked !== this.id;) {
			this.#lost.signal.throwIfAborted();
			if (this.#unrefreshedMs() >= lockTimes.giveUpAfterMs) this.#lose('could not be refreshed in time', this.#lastFailure);
			if (this.#wasJustSeen()) return;
			const at = momentOf(this.#options.clock);
			asked = this.id;
			if (await this.#options.storage.stat(lockKey(asked), signal)) this.#seen = {id: asked, at};
			else if (asked === this.id) this.#lose('was removed by somebody else');
		}

		this.#lost.signal.throwIfAborted();
	}

	release(): Promise<void> {
		this.#releasing ??= this.#release().catch((error: unknown) => {
			this.#releasing = undefined;
			throw error;
		});
		return this.#releasing;
	}

	async #release(): Promise<void> {
		this.#lose('was given back');
		await this.#loops;
		this.#strays.add(this.id);
		using deadline = withDeadline(undefined, releaseDeadlineMs, 'removing the lock');
		await this.#removeStrays(deadline.signal);
	}

	async #keepFresh(): Promise<void> {
		const {clock, random} = this.#options;
		const stop = this.#stop.signal;
		let failures = 0;
		for (;;) {
			await clock.sleep(failures === 0 ? lockTimes.refreshEveryMs : backoffDelayMs(failures, retryShape, random), stop);
			try {
				await this.#refresh(stop);
				failures = 0;
			} catch (error) {
				stop.throwIfAborted();
				if (isLazaretteError(error, 'LockLost')) return;
				failures++;
				this.#lastFailure = toLazaretteError(error);
			}
		}
	}

	async #refresh(signal: AbortSignal): Promise<void> {
		const old = this.id;
		// After a pause of the whole machine this may run before the watch does; others may have acted on our age by now.
		if (this.#unrefreshedMs() >= lockTimes.giveUpAfterMs) throw this.#lose('could not be refreshed in time', this.#lastFailure);
		// A lock that somebody removed told them that nobody works here: they may be pruning what we rely on.
		if (!(await this.#options.storage.stat(lockKey(old), signal))) throw this.#lose('was removed by somebody else');

		const startedMs = this.#options.clock.monotonicMs();
		const written = await writeLock(this.#options, signal, id => this.#strays.add(id));
		this.#strays.delete(written.id);
		this.#strays.add(old);
		this.#current = written;
		this.#refreshedAtMs = startedMs;
		this.#lastFailure = undefined;
		await this.#removeStrays(signal);
	}

	async #removeStrays(signal: AbortSignal): Promise<void> {
		for (const id of this.#strays) {
			await this.#options.storage.remove(lockKey(id), signal);
			this.#strays.delete(id);
		}
	}

	async #watch(): Promise<void> {
		for (;;) {
			const leftMs = lockTimes.giveUpAfterMs - this.#unrefreshedMs();
			if (leftMs <= 0) {
				this.#lose('could not be refreshed in time', this.#lastFailure);
				return;
			}

			await this.#options.clock.sleep(leftMs, this.#stop.signal);
		}
	}

	#unrefreshedMs(): number {
		return sinceMs(this.#options.clock, {monotonicMs: this.#refreshedAtMs, wallMs: this.#current.time.getTime()});
	}

	#wasJustSeen(): boolean {
		return this.#seen?.id === this.id && sinceMs(this.#options.clock, this.#seen.at) < lockTimes.believedForMs;
	}

	#lose(how: string, cause?: LazaretteError): LazaretteError {
		const error = new LazaretteError('LockLost', `our lock ${this.id.slice(0, 8)} on the repository at ${this.#options.storage.location} ${how}`, {
			hint: 'nothing more is written, so that nobody else is harmed; the run starts again from the beginning',
			cause,
		});
		this.#lost.abort(error);
		this.#stop.abort();
		return error;
	}
}
