import {intercept} from './intercept.ts';
import type {Storage} from '../storage.ts';
import type {StorageOperation} from './intercept.ts';

export type OperationCount = {
	calls: number;
	failures: number;
	/** bytes of content handed over by `put` and `putFile`, failed calls included */
	sentBytes: number;
	/** bytes of content that `get` returned; what a `stream` asked for */
	receivedBytes: number;
};

export type StorageCounts = Record<StorageOperation, OperationCount>;

/** Counts what goes through a storage. Outside of `withRetry` it counts what was asked for, inside of it every attempt. A listing counts as one call, whatever its pages. */
export function withCounts(storage: Storage): {storage: Storage; counts: StorageCounts} {
	const counts: StorageCounts = {list: none(), get: none(), stream: none(), stat: none(), put: none(), putFile: none(), remove: none()};
	const counted = intercept(storage, async (call, run) => {
		const count = counts[call.operation];
		count.calls++;
		count.sentBytes += call.content?.size ?? 0;
		count.receivedBytes += call.range?.length ?? 0;
		try {
			const result = await run();
			if (result instanceof Uint8Array) count.receivedBytes += result.byteLength;
			return result;
		} catch (error) {
			count.failures++;
			throw error;
		}
	});
	return {storage: counted, counts};
}

const none = (): OperationCount => ({calls: 0, failures: 0, sentBytes: 0, receivedBytes: 0});
