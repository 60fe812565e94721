/** Tests of a file begin all at once; more than a few at a time only make each other slow. */
const atOnce = Number(process.env.LAZARETTE_E2E_TESTS_AT_ONCE ?? 4);

let free = atOnce;
const queue: Array<() => void> = [];

/** Resolves when it is this test's turn, to what ends the turn. */
export async function takeTurn(): Promise<() => void> {
	if (free > 0) free -= 1;
	else await new Promise<void>(resolve => queue.push(resolve));
	return () => {
		const next = queue.shift();
		if (next) next();
		else free += 1;
	};
}
