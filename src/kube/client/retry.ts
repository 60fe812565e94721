import {backoffDelayMs} from '../../base/backoff.ts';
import type {Clock} from '../../base/clock.ts';
import type {Random} from '../../base/random.ts';
import {isKubeError} from '../kube-error.ts';
import type {KubeError} from '../kube-error.ts';
import {neverSent} from './failure.ts';

/**
`always`: repeating changes nothing, whatever became of the first attempt. `unsent`: only when the server surely did not act on it,
that is, it was never reached or answered 429, which priority and fairness sends before any handler runs.
*/
export type Repeatable = 'always' | 'unsent';

const attempts = 5;
const pause = {firstMs: 250, maxMs: 8000};
const longestRetryAfterMs = 30_000;

/** Runs `attempt` until it succeeds, fails for good, or has failed five times (about 7 s of pauses). */
export async function withRetries<T>(attempt: () => Promise<T>, repeatable: Repeatable, tools: {clock: Clock; random: Random; signal: AbortSignal}): Promise<T> {
	for (let count = 1; ; count++) {
		try {
			return await attempt();
		} catch (error) {
			if (count === attempts || !isKubeError(error) || !mayRepeat(error, repeatable)) throw error;
			await tools.clock.sleep(pauseMs(error, count, tools.random), tools.signal);
		}
	}
}

export function mayRepeat(error: KubeError, repeatable: Repeatable): boolean {
	if (error.status === 429) return true;
	return repeatable === 'always' ? error.transient : neverSent(error);
}

/** The server's wish, spread by up to a quarter so that its callers do not return all at once; else growing pauses. */
export function pauseMs(error: KubeError, count: number, random: Random): number {
	if (error.retryAfterSeconds === undefined) return backoffDelayMs(count, pause, random);
	return Math.min(error.retryAfterSeconds * 1000, longestRetryAfterMs) * (1 + random.fraction() / 4);
}
