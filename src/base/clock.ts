import {setTimeout as delay} from 'node:timers/promises';

/** Time as an argument, so that no decision depends on the machine's clock in a test. */
export type Clock = {
	/** Wall time. */
	now(): Date;
	/** Milliseconds that never run backwards; only differences mean anything. */
	monotonicMs(): number;
	/** Resolves after `ms`, rejects with the signal's reason when it aborts first. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
};

export const systemClock: Clock = {
	now: () => new Date(),
	monotonicMs: () => performance.now(),
	async sleep(ms, signal) {
		signal?.throwIfAborted();
		try {
			await delay(ms, undefined, signal ? {signal} : {});
		} catch (error) {
			signal?.throwIfAborted();
			throw error;
		}
	},
};
