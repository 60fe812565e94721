import test from 'ava';

/** Something with `teardown` for what a whole file of tests shares; call it at the top of the file. */
export function suiteOwner(): {teardown(work: () => unknown): void} {
	const waiting: Array<() => unknown> = [];
	test.after.always(async () => {
		for (const work of waiting.reverse()) await work();
	});
	return {teardown: work => void waiting.push(work)};
}
