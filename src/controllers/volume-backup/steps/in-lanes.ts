import {halted, proceed} from '../../shared/step.ts';
import type {Step, StepOutcome} from '../../shared/step.ts';
import {inOrder} from '../../shared/run-steps.ts';
import {isSettled} from '../pass.ts';
import type {BackupLane, BackupPass} from '../pass.ts';
import {settleFailure} from '../settle.ts';

/**
Runs steps for each claim by itself: one that waits or fails holds up no other. Together they wait as long as one of them waits; they are
stalled only when nobody but a person can bring any of them on.
*/
export const inLanes = (steps: ReadonlyArray<Step<BackupLane>>): Step<BackupPass> => async pass => {
	let broken: {error: unknown} | undefined;
	for (const lane of pass.lanes) {
		if (isSettled(lane)) continue;
		try {
			take(lane, await inOrder(lane, steps));
		} catch (error) {
			pass.signal.throwIfAborted();
			broken ??= {error};
		}
	}

	if (broken) throw broken.error;
	return together(pass.lanes);
};

function take(lane: BackupLane, outcome: StepOutcome): void {
	if (outcome.kind === 'fail') {
		settleFailure(lane, outcome);
	} else if (halted(outcome)) {
		lane.halt = outcome;
		lane.volume.reason = outcome.reason;
		lane.volume.message = outcome.message;
	}
}

function together(lanes: readonly BackupLane[]): StepOutcome {
	const halts = lanes.flatMap(({halt, volume}) => (halt ? [{halt, claimName: volume.claimName}] : []));
	const first = halts.find(({halt}) => halt.kind === 'wait') ?? halts[0];
	if (!first) return proceed();

	const retries = halts.flatMap(({halt}) => ('retryAfterMs' in halt && halt.retryAfterMs !== undefined ? [halt.retryAfterMs] : []));
	const message = lanes.length === 1 ? first.halt.message : `${lanes.length - halts.length} of ${lanes.length} claims done; claim ${first.claimName}: ${first.halt.message}`;
	return {...first.halt, message, ...(retries.length > 0 && {retryAfterMs: Math.min(...retries)})};
}
