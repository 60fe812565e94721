/** Runs `work` on every item, at most `limit` at a time. The first failure stops new ones from starting and is thrown once those under way have settled. */
export async function inParallel<Item>(items: Iterable<Item> | AsyncIterable<Item>, limit: number, work: (item: Item) => Promise<void>): Promise<void> {
	const running = new Set<Promise<void>>();
	let failed = false;
	let failure: unknown;
	try {
		for await (const item of items) {
			const task: Promise<void> = work(item)
				.catch((error: unknown) => {
					if (!failed) failure = error;
					failed = true;
				})
				.finally(() => running.delete(task));
			running.add(task);
			if (running.size >= limit) await Promise.race(running);
			if (failed) break;
		}
	} finally {
		await Promise.all(running);
	}
	if (failed) throw failure;
}
