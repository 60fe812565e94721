import {withDeadline} from '../../../base/abort.ts';
import type {MoverContext} from '../../mover-context.ts';

/** Does `work` within a time, and says so when that did not suffice. Whatever else ends it is thrown on. */
export async function withTimeLimit<Result>({signal}: Pick<MoverContext, 'signal'>, seconds: number, work: (signal: AbortSignal) => Promise<Result>): Promise<Result | 'time is up'> {
	using deadline = withDeadline(signal, seconds * 1000, 'this part of the maintenance');
	try {
		return await work(deadline.signal);
	} catch (error) {
		if (signal.aborted || !deadline.signal.aborted) throw error;
		return 'time is up';
	}
}
