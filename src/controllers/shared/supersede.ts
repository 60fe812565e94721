import {attemptJobs, attemptOf, removeJob} from './attempt.ts';
import type {Lane} from './attempt.ts';
import {byRun} from './indexes.ts';
import {hasEnded, jobNameLabel} from './lock-holder.ts';
import {jobEnd} from './mover-state.ts';
import type {PassTools} from './services.ts';
import {proceed, wait} from './step.ts';
import type {StepOutcome} from './step.ts';

/** Two movers must never share a claim: ends what an attempt before `attempt` left, such as a Job given up before it started, and waits for its pod. */
export async function endEarlierAttempts(lane: Lane, attempt: number, tools: PassTools): Promise<StepOutcome> {
	const names = new Set(Array.from({length: attempt - 1}, (_, index) => lane.jobName(index + 1)));
	const pods = tools.caches.pods.store.byIndex(byRun, lane.owner.uid).filter(pod => names.has(pod.metadata.labels?.[jobNameLabel] ?? ''));
	for (const job of attemptJobs(lane, tools)) {
		const ended = jobEnd(job) !== undefined || pods.some(pod => pod.metadata.labels?.[jobNameLabel] === job.metadata.name && hasEnded(pod));
		if (attemptOf(job) < attempt && !ended && !job.metadata.deletionTimestamp) await removeJob(job, tools);
	}

	const lingering = pods.find(pod => !hasEnded(pod));
	return lingering ? wait('Retrying', `pod ${lingering.metadata.name} of the attempt before has not ended yet; the next one starts then`, {retryAfterMs: 15_000}) : proceed();
}

/** Removes ended attempts once their successor exists, which remembers for them how many count. */
export async function removeEarlierAttempts(lane: Lane, attempt: number, tools: PassTools): Promise<void> {
	for (const job of attemptJobs(lane, tools)) {
		if (attemptOf(job) < attempt && !job.metadata.deletionTimestamp) await removeJob(job, tools);
	}
}
