import {labels} from '../../api/v1alpha1/group.ts';
import {isReadyReason} from '../../api/v1alpha1/reasons.ts';
import type {ObjectRef} from '../../kube/object.ts';
import {jobs, pods} from '../../kube/resources.ts';
import type {Job, Pod} from '../../kube/resources.ts';
import {byOwner} from './indexes.ts';
import {jobNameLabel} from './lock-holder.ts';
import {failedBeforeAnnotation} from './mover-job.ts';
import {jobEnd, moverState, terminatedState} from './mover-state.ts';
import type {MoverState} from './mover-state.ts';
import {countsAgainstLimit} from './retry-plan.ts';
import type {AttemptFailure} from './retry-plan.ts';
import type {PassTools} from './services.ts';

/** One mover: the newest of its lane, and how it is. */
export type Attempt = {
	number: number;
	/** Attempts before this one that failed and count against `retry.limit`. */
	failedBefore: number;
	/** Absent when somebody has removed it. */
	job?: Job;
	pods: Pod[];
	state: MoverState;
};

/** What status remembers of a lane's attempts. */
export type AttemptRecord = {
	attempts?: number;
	job?: string;
	nextAttemptTime?: string;
	node?: string;
	/** Since when it waits for its turn. */
	queuedTime?: string;
	/** Beside `nextAttemptTime`: what a failure was that has been judged, so that its Job need not be kept. */
	failedAttempts?: number;
	lastFailure?: {reason: string; message: string};
};

/** The movers that follow one another for one piece of work. */
export type Lane = {
	owner: {uid: string; namespace: string};
	/** Of the Job of an attempt, counted from 1. */
	jobName: (attempt: number) => string;
};

type AttemptTools = Pick<PassTools, 'kube' | 'caches' | 'signal'>;

/** The newest attempt of a lane as the cluster has it; undefined when none was ever started. */
export async function observeAttempt(lane: Lane, record: AttemptRecord, tools: AttemptTools): Promise<Attempt | undefined> {
	const recorded = record.attempts ?? 0;
	const newest = attemptJobs(lane, tools).at(-1);
	if (newest && attemptOf(newest) >= recorded) return observeJob(newest, tools);
	if (recorded === 0 || !record.job) return undefined;

	const judged = judgedFailure(record);
	if (judged) return {number: recorded, failedBefore: (record.failedAttempts ?? recorded) - (countsAgainstLimit(judged) ? 1 : 0), pods: [], state: {kind: 'failed', failure: judged}};

	// Status knows of a later one than the cache; only the server can tell whether that one is gone.
	const job = await tools.kube.get(jobs, {namespace: lane.owner.namespace, name: record.job}, tools.signal);
	if (job && includes(lane, job) && job.metadata.ownerReferences?.some(({uid}) => uid === lane.owner.uid)) return observeJob(job, tools);
	return {
		number: recorded,
		failedBefore: recorded - 1,
		pods: [],
		state: {kind: 'failed', failure: {reason: 'MoverFailed', again: 'Later', message: `Job ${record.job} was removed before its result was seen`}},
	};
}

/** Notes in status which attempt there is. A time for the next one that an earlier attempt has set says nothing about this one. */
export function recordAttempt(record: AttemptRecord, {number, job, state}: Attempt): void {
	if (number > (record.attempts ?? 0)) delete record.nextAttemptTime;
	record.attempts = Math.max(record.attempts ?? 0, number);
	if (job) record.job = job.metadata.name;
	const node = 'pod' in state ? state.pod?.spec?.nodeName : undefined;
	if (node) record.node = node;
}

/** The failure that status tells of, while the pause after it lasts. */
function judgedFailure({nextAttemptTime, lastFailure}: AttemptRecord): AttemptFailure | undefined {
	if (!nextAttemptTime || !lastFailure) return undefined;
	return {reason: isReadyReason(lastFailure.reason) ? lastFailure.reason : 'MoverFailed', again: 'Later', message: lastFailure.message};
}

/**
Whether a Job has nothing more to tell. In an outage every run has a mover that failed for it; status and the repository's own condition say why, and a thousand
dead Jobs would only be in the way. One that failed for its own reasons stays, with its log, until the next attempt.
*/
export function isSpent(job: Job, record: AttemptRecord): boolean {
	const judged = judgedFailure(record);
	return judged !== undefined && !countsAgainstLimit(judged) && attemptOf(job) <= (record.attempts ?? 0) && !job.metadata.deletionTimestamp;
}

/** All Jobs of a lane, the oldest attempt first. */
export const attemptJobs = (lane: Lane, {caches}: Pick<AttemptTools, 'caches'>): Job[] =>
	caches.jobs.store.byIndex(byOwner, lane.owner.uid).filter(job => includes(lane, job)).toSorted((left, right) => attemptOf(left) - attemptOf(right));

const includes = (lane: Lane, job: Job): boolean => job.metadata.name === lane.jobName(attemptOf(job));

export const attemptOf = (job: Job): number => wholeNumber(job.metadata.labels?.[labels.attempt]) ?? 1;

/** How the mover of a Job is. */
export async function observeJob(job: Job, tools: AttemptTools): Promise<Attempt> {
	const cached = [...tools.caches.pods.store.byIndex(byOwner, job.metadata.uid ?? '')];
	const number = attemptOf(job);
	const failedBefore = wholeNumber(job.metadata.annotations?.[failedBeforeAnnotation]) ?? number - 1;
	// Jobs and pods come over two watches: a Job that ended may be seen before the end of its pod, which has the result.
	const late = jobEnd(job) !== undefined && !cached.some(pod => terminatedState(pod));
	const current = late ? await livePods(job, tools) : cached;
	return {number, failedBefore, job, pods: current, state: moverState(job, current)};
}

async function livePods(job: Job, {kube, signal}: AttemptTools): Promise<Pod[]> {
	const {namespace, name, uid} = job.metadata;
	const found: Pod[] = [];
	for await (const page of kube.list(pods, {namespace, labelSelector: `${jobNameLabel}=${name}`}, signal)) {
		found.push(...page.items.filter(pod => pod.metadata.ownerReferences?.some(owner => owner.uid === uid)));
	}

	return found;
}

/** Removes a Job with its pods; a namesake created since is left alone. */
export async function removeJob(job: Job, {kube, signal}: Pick<AttemptTools, 'kube' | 'signal'>): Promise<void> {
	const ref: ObjectRef = {namespace: job.metadata.namespace, name: job.metadata.name};
	await kube.remove(jobs, ref, {uid: job.metadata.uid, propagation: 'Background'}, signal);
}

function wholeNumber(text: string | undefined): number | undefined {
	return text !== undefined && /^\d{1,9}$/v.test(text) ? Number(text) : undefined;
}
