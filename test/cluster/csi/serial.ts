/** Runs what is asked for under one key one after the other, in order; different keys do not wait for each other. */
export function serialiser(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
	const tails = new Map<string, Promise<unknown>>();
	return async (key, work) => {
		const before = tails.get(key) ?? Promise.resolve();
		const result = before.then(work, work);
		tails.set(key, result);
		try {
			return await result;
		} finally {
			if (tails.get(key) === result) tails.delete(key);
		}
	};
}
