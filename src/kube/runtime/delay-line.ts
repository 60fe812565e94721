import type {Clock} from '../../base/clock.ts';

/** Hands out keys when their time has come. A key waits once, for the earliest time asked for. */
export type DelayLine = {
	add(key: string, ms: number): void;
	readonly size: number;
};

type Entry = {key: string; dueMs: number};

/** `deliver` is called with each key when it is due, until `signal` aborts; then what waits is dropped. */
export function createDelayLine(clock: Clock, deliver: (key: string) => void, signal: AbortSignal): DelayLine {
	const heap: Entry[] = [];
	const dueByKey = new Map<string, number>();
	let wake = new AbortController();
	let running = false;

	/** Sleeps until the first key is due; a new first key wakes it. Lives only while something waits. */
	async function drain(): Promise<void> {
		running = true;
		while (heap.length > 0 && !signal.aborted) {
			const leftMs = heap[0]!.dueMs - clock.monotonicMs();
			if (leftMs > 0) {
				wake = new AbortController();
				await clock.sleep(leftMs, AbortSignal.any([signal, wake.signal])).catch(() => undefined);
				continue;
			}

			const {key, dueMs} = takeFirst(heap);
			if (dueByKey.get(key) !== dueMs) continue; // an earlier time was asked for since
			dueByKey.delete(key);
			deliver(key);
		}

		running = false;
	}

	return {
		get size() {
			return dueByKey.size;
		},
		add(key, ms) {
			if (signal.aborted) return;
			const dueMs = clock.monotonicMs() + ms;
			const known = dueByKey.get(key);
			if (known !== undefined && known <= dueMs) return;
			dueByKey.set(key, dueMs);
			insert(heap, {key, dueMs});
			if (!running) void drain();
			else if (heap[0]!.key === key) wake.abort();
		},
	};
}

function insert(heap: Entry[], entry: Entry): void {
	let at = heap.push(entry) - 1;
	while (at > 0) {
		const parent = (at - 1) >> 1;
		if (heap[parent]!.dueMs <= entry.dueMs) break;
		heap[at] = heap[parent]!;
		at = parent;
	}

	heap[at] = entry;
}

function takeFirst(heap: Entry[]): Entry {
	const first = heap[0]!;
	const last = heap.pop()!;
	let at = 0;
	for (let child = 1; child < heap.length; child = 2 * at + 1) {
		if (child + 1 < heap.length && heap[child + 1]!.dueMs < heap[child]!.dueMs) child++;
		if (heap[child]!.dueMs >= last.dueMs) break;
		heap[at] = heap[child]!;
		at = child;
	}

	if (heap.length > 0) heap[at] = last;
	return first;
}
