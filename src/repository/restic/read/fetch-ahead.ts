/** Runs `fetch` for each item in turn and begins with the next while the caller works on the last. Never more than two results are in memory. */
export async function* fetchAhead<Item, Result>(items: Iterable<Item>, fetch: (item: Item) => Promise<Result>): AsyncGenerator<{item: Item; result: Result}> {
	let ahead: {item: Item; result: Promise<Result>} | undefined;
	try {
		for (const item of items) {
			const current = ahead;
			ahead = {item, result: fetch(item)};
			if (current) yield {item: current.item, result: await current.result};
		}
		if (ahead) {
			const {item, result} = ahead;
			ahead = undefined;
			yield {item, result: await result};
		}
	} finally {
		// Nobody waits for it any more; its failure must not end the process.
		ahead?.result.catch(() => {});
	}
}
