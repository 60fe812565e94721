import type {Clock} from '../../base/clock.ts';
import type {Logger} from '../../base/log.ts';

/**
One thing to stop. `signal` aborts when the step's time is over; it should then give up what it waits for.
The order that keeps the promises: readiness off, intake off and running passes awaited, Events flushed, lease released, connections closed.
The lease goes only after the work, or two processes would work at once.
*/
export type StopStep = {
	name: string;
	limitMs: number;
	stop(signal: AbortSignal): Promise<void> | void;
};

/** Runs the steps one after the other; a step that fails or takes too long does not keep the next from running. Returns the names of those. */
export async function stopInOrder(steps: readonly StopStep[], tools: {log: Logger; clock: Clock}): Promise<string[]> {
	const unclean: string[] = [];
	for (const step of steps) {
		const limit = new AbortController();
		const over = new AbortController();
		const late = tools.clock.sleep(step.limitMs, over.signal).then(
			() => limit.abort(),
			() => undefined,
		);
		try {
			const stopped = Promise.resolve(step.stop(limit.signal));
			await Promise.race([stopped, late]);
			if (limit.signal.aborted) throw new Error(`not stopped after ${step.limitMs / 1000} s`);
		} catch (error) {
			unclean.push(step.name);
			tools.log.warn({error, step: step.name}, 'a part of the process did not stop cleanly');
		} finally {
			over.abort();
		}
	}

	return unclean;
}
