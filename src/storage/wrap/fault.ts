import {LazaretteError} from '../../base/errors.ts';
import {intercept} from './intercept.ts';
import type {ErrorCode} from '../../base/errors.ts';
import type {Storage} from '../storage.ts';
import type {StorageCall} from './intercept.ts';

/** What happens to a call: `act` runs before the call reaches the store, or after the store has done its part but before the caller learns of it. */
export type Fault = {
	moment: 'before' | 'after';
	/** Throws to make the call fail; may also just watch, wait, or end the process. */
	act(): void | Promise<void>;
};

/** Decides the fault of a call, if any. `number` counts the storage's calls from 1. */
export type FaultPlan = (call: StorageCall & {number: number}) => Fault | undefined;

/**
A storage that goes wrong as planned: for tests of what a crash or a failing store leaves behind. Put it inside `withRetry` to see whether retries heal
a fault, outside to make it final. A fault `after` a put is the ambiguous failure: the object is there, and the caller is told that it is not.
*/
export function withFaults(storage: Storage, plan: FaultPlan): Storage {
	let number = 0;
	return intercept(storage, async (call, run) => {
		number++;
		const fault = plan({...call, number});
		if (fault?.moment === 'before') await fault.act();
		const result = await run();
		if (fault?.moment === 'after') await fault.act();
		return result;
	});
}

/** The `n`-th call of all, counted from 1. */
export const atCall =
	(n: number, fault: Fault): FaultPlan =>
	call => (call.number === n ? fault : undefined);

/** Every `n`-th call of all. */
export const everyCall =
	(n: number, fault: Fault): FaultPlan =>
	call => (call.number % n === 0 ? fault : undefined);

/** The call fails with `code`. */
export const failing = (moment: Fault['moment'], code: ErrorCode = 'StoreUnreachable'): Fault => ({
	moment,
	act() {
		throw new LazaretteError(code, `fault planned by a test ${moment} the call`);
	},
});

/** The process ends as by a power cut: no handler, no `finally` runs. */
export const killing = (moment: Fault['moment']): Fault => ({
	moment,
	async act() {
		process.kill(process.pid, 'SIGKILL');
		// The signal is delivered a moment later; nothing of the call may happen in between.
		await new Promise(() => undefined);
	},
});
