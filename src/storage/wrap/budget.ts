import {LazaretteError} from '../../base/errors.ts';
import {intercept} from './intercept.ts';
import type {Storage} from '../storage.ts';

/** The most that may go through a storage; what is absent is not limited. */
export type StorageBudget = {
	/** Of content, sent and received together. */
	bytes?: number;
	/** Calls; a listing or a stream counts as one. */
	requests?: number;
};

/** Whoever has used up the budget must still be able to give its lock back, and not lose it before. */
const exempt = 'locks/';

/**
Refuses what would exceed a budget, and everything after that, so that a run that went astray ends instead of running up a bill. Inside of `withRetry` repeated calls
count as well. What is received is known only afterwards, so the bytes may be exceeded by one object.
@throws BudgetExceeded from the calls it refuses
*/
export function withBudget(storage: Storage, budget: StorageBudget): Storage {
	const {bytes: mostBytes = Infinity, requests: mostRequests = Infinity} = budget;
	let requests = 0;
	let bytes = 0;
	let spent: LazaretteError | undefined;

	const refuse = (what: string): LazaretteError =>
		(spent ??= new LazaretteError('BudgetExceeded', `the run needs more than ${what} that mover.budget allows; after ${requests} requests and ${bytes} bytes it was stopped, and nothing of it became visible`, {
			hint: 'raise mover.budget, or leave files out with exclude',
		}));

	return intercept(storage, async (call, run) => {
		if (call.key.startsWith(exempt)) return run();
		if (spent) throw spent;
		const ahead = (call.content?.size ?? 0) + (call.range?.length ?? 0);
		if (requests + 1 > mostRequests) throw refuse(`the ${mostRequests} requests`);
		if (bytes + ahead > mostBytes) throw refuse(`the ${mostBytes} bytes`);
		requests++;
		bytes += ahead;
		const result = await run();
		if (result instanceof Uint8Array) bytes += result.byteLength;
		return result;
	});
}
