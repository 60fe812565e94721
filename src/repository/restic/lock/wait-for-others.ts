import {backoffDelayMs} from '../../../base/backoff.ts';
import {isLazaretteError} from '../../../base/errors.ts';
import type {Clock} from '../../../base/clock.ts';
import type {Random} from '../../../base/random.ts';

export type WaitForOthers = {
	clock: Clock;
	random: Random;
	/** How long to go on trying; 0 for a single attempt. */
	patienceMs: number;
	signal: AbortSignal;
	/** False once somebody relies on the lock: then it is too late to begin again. */
	mayRepeat?: () => boolean;
};

const pauses = {firstMs: 2000, maxMs: 60_000};

/** Tries to take a lock until others have given theirs back, or patience is at its end. @throws what the last attempt threw */
export async function waitForOthers<Lock>(attempt: () => Promise<Lock>, {clock, random, patienceMs, signal, mayRepeat = () => true}: WaitForOthers): Promise<Lock> {
	const begun = clock.monotonicMs();
	for (let failures = 1; ; failures++) {
		try {
			return await attempt();
		} catch (error) {
			const leftMs = patienceMs - (clock.monotonicMs() - begun);
			if (!isLazaretteError(error, 'LockedByOther') || leftMs <= 0 || !mayRepeat()) throw error;
			await clock.sleep(Math.min(leftMs, backoffDelayMs(failures, pauses, random)), signal);
		}
	}
}
