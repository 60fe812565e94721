import {failing, withFaults} from '../../../../src/storage/wrap/fault.ts';
import type {Storage} from '../../../../src/storage/storage.ts';

/** A storage that from the `at`-th call on, once armed, answers nothing any more, as for a process that was killed there. */
export type Stopping = {
	storage: Storage;
	/** Calls are counted from here. `moment` says whether the call at which it stops still reaches the store. */
	stopAt(at: number, moment: 'before' | 'after'): void;
	/** Calls since then. */
	readonly calls: number;
};

export function stopping(inner: Storage): Stopping {
	let calls = 0;
	let stop: {at: number; moment: 'before' | 'after'} | undefined;
	const storage = withFaults(inner, () => {
		if (!stop) return undefined;
		calls++;
		if (calls < stop.at) return undefined;
		return failing(calls === stop.at ? stop.moment : 'before');
	});
	return {
		storage,
		stopAt(at, moment) {
			calls = 0;
			stop = {at, moment};
		},
		get calls() {
			return calls;
		},
	};
}
