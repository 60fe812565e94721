import type {Clock} from '../../base/clock.ts';

/** How long a failed key waits before its next try: its own growing pause, or its place in the queue of all failures, whichever is longer. */
export type RetryLimiter = {
	/** Counts a failure and returns the wait in ms. */
	next(key: string): number;
	/** Failures since the last `forget`. */
	failures(key: string): number;
	forget(key: string): void;
};

export type RetryLimits = {
	/** First pause of a key; doubles with each failure. */
	firstMs: number;
	maxMs: number;
	/** Of all keys together. */
	perSecond: number;
	burst: number;
};

/** client-go's, but for the longest pause: 1 000 s would leave a mended world waiting for a quarter of an hour. */
export const defaultRetryLimits: RetryLimits = {firstMs: 5, maxMs: 300_000, perSecond: 10, burst: 100};

export function createRetryLimiter(clock: Clock, limits: RetryLimits = defaultRetryLimits): RetryLimiter {
	const failures = new Map<string, number>();
	const bucket = createBucket(clock, limits);
	return {
		next(key) {
			const count = failures.get(key) ?? 0;
			failures.set(key, count + 1);
			return Math.max(Math.min(limits.firstMs * 2 ** Math.min(count, 40), limits.maxMs), bucket());
		},
		failures: key => failures.get(key) ?? 0,
		forget: key => void failures.delete(key),
	};
}

/** A token bucket that may owe: returns the ms until the token that it hands out exists. */
function createBucket(clock: Clock, {perSecond, burst}: RetryLimits): () => number {
	let tokens = burst;
	let atMs = clock.monotonicMs();
	return () => {
		const nowMs = clock.monotonicMs();
		tokens = Math.min(burst, tokens + ((nowMs - atMs) / 1000) * perSecond) - 1;
		atMs = nowMs;
		return tokens >= 0 ? 0 : (-tokens / perSecond) * 1000;
	};
}
