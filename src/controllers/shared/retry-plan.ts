import {backoffDelayMs} from '../../base/backoff.ts';
import type {BackoffShape} from '../../base/backoff.ts';
import type {Random} from '../../base/random.ts';
import {reasonClass} from '../../api/v1alpha1/reasons.ts';
import type {FailedReason, PersonReason, ReadyReason, ReconcilingReason} from '../../api/v1alpha1/reasons.ts';

export type AttemptFailure = {
	reason: ReadyReason;
	/** Whether another attempt may end differently although nobody has changed anything. */
	again: 'Later' | 'No';
	message: string;
	/** It was stopped from outside, such as by the drain of its node. */
	disrupted?: true;
};

export type RetryPlan =
	| {kind: 'retry'; reason: ReconcilingReason; message: string; delayMs: number}
	| {kind: 'give up'; reason: FailedReason | PersonReason; message: string};

/** Where the world is at fault, such as a store that does not answer, a lock of another or a drained node, an attempt costs nothing. */
export const countsAgainstLimit = ({reason, disrupted}: AttemptFailure): boolean => !disrupted && reasonClass(reason) !== 'waiting';

const pauses: BackoffShape = {firstMs: 10_000, maxMs: 300_000};

/**
What follows from a failed attempt. One that does not count goes on until the deadline of the run; the pause grows with every attempt all the
same.
*/
export function planRetry(failure: AttemptFailure, budget: {attempt: number; failedBefore: number; limit: number}, random: Random): RetryPlan {
	const counts = countsAgainstLimit(failure);
	const failed = budget.failedBefore + (counts ? 1 : 0);
	if (failure.again === 'No') return giveUp(endReason(failure.reason), failure.message);
	if (failed > budget.limit) {
		const last = `${failure.reason}: ${failure.message}`;
		return budget.limit === 0 ? giveUp(endReason(failure.reason), failure.message) : giveUp('RetriesExhausted', `${failed} attempts failed, and retry.limit allows no more; the last: ${last}`);
	}

	return {
		kind: 'retry',
		reason: reasonClass(failure.reason) === 'waiting' ? (failure.reason as ReconcilingReason) : 'Retrying',
		message: `attempt ${budget.attempt} failed (${failure.reason}: ${failure.message})`,
		delayMs: backoffDelayMs(budget.attempt, pauses, random),
	};
}

const giveUp = (reason: FailedReason | PersonReason, message: string): RetryPlan => ({kind: 'give up', reason, message});

/** A run cannot end with a reason that promises that it goes on. */
function endReason(reason: ReadyReason): FailedReason | PersonReason {
	const kind = reasonClass(reason);
	return kind === 'person' || kind === 'failed' ? (reason as FailedReason | PersonReason) : 'MoverFailed';
}
