import {systemClock} from '../../src/base/clock.ts';
import type {Clock} from '../../src/base/clock.ts';

export type WaitOptions = {
	timeoutMs: number;
	everyMs?: number;
	signal?: AbortSignal;
	clock?: Clock;
};

/**
Asks `probe` until it answers something other than undefined or false, and returns that.
A probe that throws counts as "not yet"; its last error is the cause when time runs out.
*/
export async function waitUntil<T>(what: string, probe: () => T | Promise<T>, options: WaitOptions): Promise<Exclude<T, undefined | false>> {
	const clock = options.clock ?? systemClock;
	const end = clock.monotonicMs() + options.timeoutMs;
	for (;;) {
		options.signal?.throwIfAborted();
		let last: unknown;
		try {
			const answer = await probe();
			if (answer !== undefined && answer !== false) return answer as Exclude<T, undefined | false>;
		} catch (error) {
			last = error;
		}

		if (clock.monotonicMs() > end) throw new Error(`${what}: not within ${options.timeoutMs / 1000} s`, {cause: last});
		await clock.sleep(options.everyMs ?? 50, options.signal);
	}
}
