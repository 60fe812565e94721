import type {Clock} from '../../base/clock.ts';
import type {Random} from '../../base/random.ts';
import type {ReadableStore} from '../cache/store.ts';
import {keyOfObject} from '../object.ts';
import type {ObjectKey} from '../object.ts';

const everyMs = 10 * 3600_000;
const spreadMs = 600_000;

/** Looks at every object again from time to time, spread over ten minutes: a net under whatever change was mapped wrongly or lost. */
export async function resync(options: {store: ReadableStore; add: (key: ObjectKey, afterMs: number) => void; clock: Clock; random: Random; signal: AbortSignal}): Promise<void> {
	const {store, add, clock, random, signal} = options;
	while (!signal.aborted) {
		await clock.sleep(everyMs * (0.9 + random.fraction() / 5), signal).catch(() => undefined);
		if (signal.aborted) return;
		for (const object of store.list()) add(keyOfObject(object), random.fraction() * spreadMs);
	}
}
