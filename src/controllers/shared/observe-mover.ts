import type {MoverResult} from '../../api/v1alpha1/mover-contract.ts';
import type {KubeObject} from '../../kube/object.ts';
import {recordAttempt} from './attempt.ts';
import type {Attempt, AttemptRecord} from './attempt.ts';
import {followMover} from './follow-mover.ts';
import type {ReportedProgress} from './follow-mover.ts';
import {judgeFailure} from './judge-failure.ts';
import {oneLine} from './one-line.ts';
import {countsAgainstLimit} from './retry-plan.ts';
import type {AttemptFailure} from './retry-plan.ts';
import type {PassTools} from './services.ts';
import {wait} from './step.ts';
import type {Halt} from './step.ts';

export type ObservedRun = {
	kind: 'backup' | 'restore';
	object: KubeObject;
	repository: string;
	/** `retry.limit` of its spec. */
	limit: number;
	/** Where the newest mover is written down. */
	record: AttemptRecord & {progress?: ReportedProgress};
	/** Of the whole run. */
	status: {firstReadTime?: string};
	/** Why a result that tells of success is not believed. */
	doubt: (result: MoverResult) => AttemptFailure | undefined;
};

export type Observed = {kind: 'halt'; halt: Halt} | {kind: 'succeeded'; result: MoverResult} | {kind: 'again'; failedBefore: number};

/**
Looks at a run's newest mover. One that starts or runs has all it needs, and there is nothing to do but to follow it; one that failed either
ends the run or, when its pause is over, makes room for another.
*/
export async function observeMover(attempt: Attempt, run: ObservedRun, tools: PassTools): Promise<Observed> {
	const {record, status} = run;
	const {state} = attempt;
	recordAttempt(record, attempt);
	if (state.kind === 'succeeded' || state.kind === 'failed') noteFirstRead(status, state.result?.timings.firstReadAt);

	if (state.kind === 'failed') return failed(attempt, state.failure, run, tools);
	if (state.kind === 'succeeded') {
		const doubt = run.doubt(state.result);
		return doubt ? failed(attempt, doubt, run, tools) : {kind: 'succeeded', result: state.result};
	}

	const following = await followMover(attempt, {progress: record.progress, firstReadTime: status.firstReadTime}, tools);
	if (following.kind === 'overdue') return failed(attempt, following.failure, run, tools);
	// It was given up, and has started after all.
	if (state.kind === 'running') delete record.nextAttemptTime;
	if (following.progress) record.progress = following.progress;
	noteFirstRead(status, following.firstReadAt);
	return {kind: 'halt', halt: following.halt};
}

function failed(attempt: Attempt, failure: AttemptFailure, run: ObservedRun, tools: PassTools): Observed {
	const {record} = run;
	delete record.progress;
	const judged = judgeFailure({attempt, failure, ...run}, run.kind, tools);
	if (judged.kind === 'fail') return {kind: 'halt', halt: judged};
	if (judged.kind === 'again') return judged;
	record.nextAttemptTime = judged.until;
	record.lastFailure = {reason: failure.reason, message: oneLine(failure.message, 1000)};
	record.failedAttempts = attempt.failedBefore + (countsAgainstLimit(failure) ? 1 : 0);
	return {kind: 'halt', halt: wait(judged.reason, judged.message, {retryAfterMs: judged.afterMs})};
}

/** Settled by the first of all movers. */
function noteFirstRead(status: {firstReadTime?: string}, firstReadAt: string | undefined): void {
	if (firstReadAt) status.firstReadTime ??= firstReadAt;
}
