import {failureOfBareExit, failureOfResult} from '../../api/v1alpha1/failures.ts';
import type {MoverResult} from '../../api/v1alpha1/mover-contract.ts';
import type {Job, Pod} from '../../kube/resources.ts';
import {moverContainer} from './mover-pod.ts';
import {parseMoverResult} from './mover-result.ts';
import {oneLine} from './one-line.ts';
import type {AttemptFailure} from './retry-plan.ts';

export type MoverState =
	/** No container runs yet. */
	| {kind: 'starting'; pod?: Pod}
	| {kind: 'running'; pod: Pod}
	| {kind: 'succeeded'; result: MoverResult; pod: Pod}
	| {kind: 'failed'; failure: AttemptFailure; result?: MoverResult; pod?: Pod};

type ContainerStatus = NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number];
type Terminated = NonNullable<NonNullable<ContainerStatus['state']>['terminated']>;

/**
How far a mover is, from its Job and the Job's pods. The end of its container is the end: it is never started again, the pod's phase and the
Job's condition follow a second later, or not at all where somebody injects sidecars, and `backoffLimit: 0` means that no other pod comes.
*/
export function moverState(job: Job, pods: readonly Pod[]): MoverState {
	const pod = newest(pods);
	const ended = jobEnd(job);
	const final = pod && (terminatedState(pod) || pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed');
	if (final) return podEnd(pod, ended);
	if (ended) return pod ? podEnd(pod, ended) : {kind: 'failed', failure: unseenEnd(ended)};
	if (!pod) return {kind: 'starting'};
	return moverStatus(pod)?.state?.running || pod.metadata.deletionTimestamp ? {kind: 'running', pod} : {kind: 'starting', pod};
}

type JobEnd = {failed: boolean; reason: string; message: string};

export function jobEnd(job: Job): JobEnd | undefined {
	const condition = job.status?.conditions?.find(({type, status}) => (type === 'Complete' || type === 'Failed') && status === 'True');
	return condition && {failed: condition.type === 'Failed', reason: condition.reason ?? '', message: oneLine(condition.message)};
}

export const moverStatus = (pod: Pod): ContainerStatus | undefined => pod.status?.containerStatuses?.find(({name}) => name === moverContainer);

export const terminatedState = (pod: Pod): Terminated | undefined => moverStatus(pod)?.state?.terminated;

function podEnd(pod: Pod, job: JobEnd | undefined): MoverState {
	const terminated = terminatedState(pod);
	const result = parseMoverResult(terminated?.message);
	// The container's exit code is the kubelet's word; a result that tells otherwise is not believed.
	if (terminated && result && result.exitCode === terminated.exitCode) {
		return result.outcome === 'Failed' ? {kind: 'failed', failure: {...reported(result), ...disruptionOf(pod)}, result, pod} : {kind: 'succeeded', result, pod};
	}

	return {kind: 'failed', failure: {...unreported(pod, terminated, job), ...disruptionOf(pod)}, pod};
}

/** Set by whoever stops a pod for reasons of its own: eviction, preemption, the loss of a node. */
const disruption = (pod: Pod) => pod.status?.conditions?.find(({type, status}) => type === 'DisruptionTarget' && status === 'True');

const disruptionOf = (pod: Pod): Pick<AttemptFailure, 'disrupted'> => (disruption(pod) ? {disrupted: true} : {});

function reported(result: MoverResult): AttemptFailure {
	const {reason, again} = failureOfResult(result.errorCode);
	return {reason, again, message: result.message || `the mover ended with exit code ${result.exitCode}`};
}

function unreported(pod: Pod, terminated: Terminated | undefined, job: JobEnd | undefined): AttemptFailure {
	if (job?.reason === 'DeadlineExceeded') return overdue();
	const stopped = disruption(pod);
	if (stopped) return {reason: 'MoverFailed', again: 'Later', message: `pod ${pod.metadata.name} was stopped from outside (${stopped.reason ?? 'DisruptionTarget'}): ${oneLine(stopped.message) || 'no message'}`};
	if (pod.status?.reason) return {reason: 'MoverFailed', again: 'Later', message: `pod ${pod.metadata.name} failed (${pod.status.reason}): ${oneLine(pod.status.message) || 'no message'}`};
	if (!terminated) return {reason: 'MoverFailed', again: 'Later', message: `pod ${pod.metadata.name} ended before its container ran`};
	const exit = {exitCode: terminated.exitCode, ...(terminated.reason && {terminatedReason: terminated.reason})};
	const {reason, again} = failureOfBareExit(exit);
	const memory = reason === 'MoverOutOfMemory' ? 'the mover was killed at its memory limit; raise mover.resources.limits.memory' : undefined;
	return {reason, again, message: memory ?? `the mover ended with exit code ${terminated.exitCode} (${terminated.reason ?? 'no reason'}) and left no result`};
}

/** Of the pod nothing is left, such as after the loss of its node. */
function unseenEnd(job: JobEnd): AttemptFailure {
	if (job.reason === 'DeadlineExceeded') return overdue();
	return {reason: 'MoverFailed', again: 'Later', message: `the mover's pod is gone and left no result (${job.reason || 'no reason'}): ${job.message || 'no message'}`};
}

const overdue = (): AttemptFailure => ({reason: 'DeadlineExceeded', again: 'No', message: 'the mover did not end in time and was stopped'});

const newest = (pods: readonly Pod[]): Pod | undefined =>
	pods.toSorted((left, right) => Date.parse(right.metadata.creationTimestamp ?? '') - Date.parse(left.metadata.creationTimestamp ?? ''))[0];
