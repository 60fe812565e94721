import {prefixes} from './files/object-keys.ts';
import {momentOf, sinceMs} from './lock/moment.ts';
import type {Clock} from '../../base/clock.ts';
import type {Storage, StoredObject} from '../../storage/storage.ts';
import type {Moment} from './lock/moment.ts';

/** What stood below a prefix, and when it was asked for. */
export type Listed = {objects: readonly StoredObject[]; at: Moment};

/** Longer than opening takes. */
const freshForMs = 10_000;

/**
What stood in the repository when it was being opened: keys, and with the same request locks and snapshots. Good for whoever would have looked a moment ago as well as now: the
search for a parent or for the newest archive, and the first of a lock's two looks. Never for what has to be seen under the lock. Each listing is given away once.
*/
export class FirstListing {
	readonly #clock: Clock;
	#found: Map<string, readonly StoredObject[]> | undefined;
	#at: Moment | undefined;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	async *keys(storage: Storage, signal: AbortSignal): AsyncGenerator<StoredObject> {
		this.#at = momentOf(this.#clock);
		this.#found = new Map(await storage.listTogether?.([prefixes.keys, prefixes.locks, prefixes.snapshots], signal));
		yield* this.take(prefixes.keys)?.objects ?? storage.list(prefixes.keys, signal);
	}

	/** Undefined when the store has to be asked. */
	take(prefix: string): Listed | undefined {
		const at = this.#at;
		const objects = at && sinceMs(this.#clock, at) < freshForMs ? this.#found?.get(prefix) : undefined;
		this.#found?.delete(prefix);
		return at && objects && {objects, at};
	}
}
