import type {Clock} from '../../src/base/clock.ts';

export type ManualClock = Clock & {
	/** Moves time on and lets everything that was due run, in the order in which it was due. */
	advance(ms: number): Promise<void>;
	readonly sleepers: number;
};

type Sleeper = {dueMs: number; wake: () => void};

/** Time that stands still unless a test moves it. */
export function manualClock(start = new Date('2026-01-01T00:00:00Z')): ManualClock {
	let nowMs = 0;
	const sleepers = new Set<Sleeper>();

	return {
		now: () => new Date(start.getTime() + nowMs),
		monotonicMs: () => nowMs,
		get sleepers() {
			return sleepers.size;
		},
		sleep(ms, signal) {
			return new Promise((resolve, reject) => {
				if (signal?.aborted) {
					reject(signal.reason as Error);
					return;
				}

				const abort = (): void => {
					sleepers.delete(sleeper);
					reject(signal!.reason as Error);
				};
				const sleeper = {
					dueMs: nowMs + ms,
					wake() {
						signal?.removeEventListener('abort', abort);
						resolve();
					},
				};
				sleepers.add(sleeper);
				signal?.addEventListener('abort', abort, {once: true});
			});
		},
		async advance(ms) {
			const untilMs = nowMs + ms;
			for (;;) {
				await settled();
				const next = [...sleepers].filter(({dueMs}) => dueMs <= untilMs).toSorted((left, right) => left.dueMs - right.dueMs)[0];
				if (!next) break;
				nowMs = Math.max(nowMs, next.dueMs);
				sleepers.delete(next);
				next.wake();
			}

			nowMs = untilMs;
			await settled();
		},
	};
}

/** Lets all promise callbacks run that can. */
export const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
