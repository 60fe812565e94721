import type {Clock} from '../../base/clock.ts';

/** What is to be done about an occurrence. */
export type EventDecision =
	/** The first of its kind: a new Event. */
	| 'create'
	/** A repetition: the Event's series is to be written with the count so far. */
	| 'update'
	/** A repetition that waits for the next update. */
	| 'count'
	/** One of too many different ones about the same object. */
	| 'drop';

export type Series = {
	/** Occurrences, the first included. */
	count: number;
	lastAt: Date;
};

export type EventAggregator = {
	/** Counts one occurrence of `key` about the object `about`. */
	note(key: string, about: string): EventDecision;
	series(key: string): Series | undefined;
	/** Forgets series that have ended; returns those whose last count was not decided to be written. `all` ends every series. */
	end(all?: boolean): Array<{key: string; series: Series}>;
};

/** Repetitions further apart than this are new Events. */
const seriesGapMs = 6 * 60_000;
const updateEveryMs = 5 * 60_000;
/** Different Events about one object: 25 at once, then one in five minutes, as client-go has it. */
const burst = 25;
const refillMs = 5 * 60_000;
/** Beyond this the oldest series are forgotten and may start anew. */
const mostSeries = 4096;

type Entry = {count: number; decidedCount: number; decidedMs: number; lastMs: number; lastAt: Date};

/** Turns many occurrences into few writes: repetitions become a series, and an object that causes too many different Events is quietened. */
export function createEventAggregator(clock: Clock): EventAggregator {
	const entries = new Map<string, Entry>();
	const budgets = new Map<string, {tokens: number; atMs: number}>();

	function spend(about: string, nowMs: number): boolean {
		const budget = budgets.get(about) ?? {tokens: burst, atMs: nowMs};
		const tokens = Math.min(burst, budget.tokens + (nowMs - budget.atMs) / refillMs);
		budgets.set(about, {tokens: tokens < 1 ? tokens : tokens - 1, atMs: nowMs});
		return tokens >= 1;
	}

	return {
		note(key, about) {
			const nowMs = clock.monotonicMs();
			const lastAt = clock.now();
			const entry = entries.get(key);
			if (!entry || nowMs - entry.lastMs > seriesGapMs) {
				entries.delete(key);
				if (!spend(about, nowMs)) return 'drop';
				entries.set(key, {count: 1, decidedCount: 1, decidedMs: nowMs, lastMs: nowMs, lastAt});
				if (entries.size > mostSeries) entries.delete(entries.keys().next().value!);
				return 'create';
			}

			entry.count++;
			entry.lastMs = nowMs;
			entry.lastAt = lastAt;
			if (entry.count > 2 && nowMs - entry.decidedMs < updateEveryMs) return 'count';
			entry.decidedCount = entry.count;
			entry.decidedMs = nowMs;
			return 'update';
		},

		series(key) {
			const entry = entries.get(key);
			return entry && {count: entry.count, lastAt: entry.lastAt};
		},

		end(all = false) {
			const nowMs = clock.monotonicMs();
			const unwritten: Array<{key: string; series: Series}> = [];
			for (const [key, entry] of entries) {
				if (!all && nowMs - entry.lastMs <= seriesGapMs) continue;
				entries.delete(key);
				if (entry.count > entry.decidedCount) unwritten.push({key, series: {count: entry.count, lastAt: entry.lastAt}});
			}

			for (const [about, {tokens, atMs}] of budgets) {
				if (tokens + (nowMs - atMs) / refillMs >= burst) budgets.delete(about);
			}

			return unwritten;
		},
	};
}
