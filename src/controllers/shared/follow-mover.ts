import type {Progress} from '../../api/v1alpha1/mover-contract.ts';
import type {ReconcilingReason} from '../../api/v1alpha1/reasons.ts';
import type {Pod} from '../../kube/resources.ts';
import type {Attempt} from './attempt.ts';
import {latestWarning} from './latest-warning.ts';
import {moverContainer} from './mover-pod.ts';
import {latestProgress} from './mover-progress.ts';
import {podTrouble, slowStartMs} from './pod-trouble.ts';
import type {AttemptFailure} from './retry-plan.ts';
import type {PassTools} from './services.ts';
import {wait} from './step.ts';
import type {Waiting} from './step.ts';

/** A mover that has not started by then is given up: the next attempt plans anew, perhaps for another node. */
const startWithinMs = 15 * 60_000;
const lookEveryMs = 5000;
/** Until its first read is known, which is what people wait for. */
const lookSoonMs = 2000;

export type ReportedProgress = Omit<Progress, 'bytesAdded' | 'firstReadAt'> & {bytesAdded?: number; updateTime: string};
type KnownProgress = {progress?: ReportedProgress | undefined; firstReadTime?: string | undefined};

export type Following =
	| {kind: 'going'; halt: Waiting; progress?: ReportedProgress; firstReadAt?: string}
	/** It will not start any more; its Job must go. */
	| {kind: 'overdue'; failure: AttemptFailure};

/** Looks at a mover that starts or runs: what it waits for, or how far it is. `known` is the progress that status has. */
export async function followMover(attempt: Attempt, known: KnownProgress, tools: PassTools): Promise<Following> {
	const {state} = attempt;
	if (state.kind === 'running') return followRunning(attempt, state.pod, known, tools);

	const pod = state.kind === 'starting' ? state.pod : undefined;
	const ageMs = tools.clock.now().getTime() - Date.parse(attempt.job?.metadata.creationTimestamp ?? '');
	const {reason, message} = await startTrouble(attempt, pod, ageMs, tools);
	if (ageMs > startWithinMs) {
		return {kind: 'overdue', failure: {reason: 'MoverFailed', again: 'Later', message: `the mover did not start within ${startWithinMs / 60_000} minutes: ${message}`}};
	}

	return {kind: 'going', halt: wait(reason, message, {retryAfterMs: ageMs < slowStartMs ? slowStartMs + 500 - ageMs : 15_000})};
}

async function startTrouble(attempt: Attempt, pod: Pod | undefined, ageMs: number, tools: PassTools): Promise<{reason: ReconcilingReason; message: string}> {
	const job = attempt.job!;
	const slow = ageMs > slowStartMs;
	if (!pod) {
		const warning = slow ? await latestWarning(job, tools) : undefined;
		return {reason: slow ? 'Pending' : 'Moving', message: `Job ${job.metadata.name} has no pod yet${warning ? `: ${warning}` : ''}`};
	}

	const trouble = podTrouble(pod, tools.clock.now());
	if (!trouble) return {reason: 'Moving', message: `pod ${pod.metadata.name} starts`};
	const warning = trouble.reason === 'VolumeAttachPending' ? await latestWarning(pod, tools) : undefined;
	return warning ? {...trouble, message: `${trouble.message}: ${warning}`} : trouble;
}

async function followRunning(attempt: Attempt, pod: Pod, known: KnownProgress, tools: PassTools): Promise<Following> {
	const node = pod.spec?.nodeName ?? 'unknown';
	if (pod.metadata.deletionTimestamp) {
		const message = `pod ${pod.metadata.name} on node ${node} was told to stop and has not ended yet; if that node is lost for good, delete the node or force the pod's deletion`;
		return {kind: 'going', halt: wait('Moving', message, {retryAfterMs: 15_000})};
	}

	const everyMs = known.firstReadTime ? lookEveryMs : lookSoonMs;
	const now = tools.clock.now();
	const sinceMs = known.progress ? now.getTime() - Date.parse(known.progress.updateTime) : everyMs;
	const {firstReadAt, ...fresh} = (sinceMs >= everyMs ? await readProgress(pod, tools) : undefined) ?? {};
	const progress = 'phase' in fresh ? {...fresh, updateTime: now.toISOString()} : known.progress;
	const message = attempt.number === 1 ? `the mover runs on node ${node}` : `attempt ${attempt.number}: the mover runs on node ${node}`;
	return {kind: 'going', halt: wait('Moving', message, {retryAfterMs: sinceMs >= everyMs ? everyMs : everyMs - sinceMs}), ...(progress && {progress}), ...(firstReadAt && {firstReadAt})};
}

const logPatienceMs = 5000;

/** Progress is a hint, so a kubelet that does not answer holds nobody up. */
async function readProgress({metadata: {namespace, name}}: Pod, {kube, signal, log}: PassTools): Promise<Progress | undefined> {
	try {
		const patience = AbortSignal.any([signal, AbortSignal.timeout(logPatienceMs)]);
		return latestProgress(await kube.podLog({namespace, name}, {container: moverContainer, tailLines: 10, limitBytes: 16_384}, patience));
	} catch (error) {
		signal.throwIfAborted();
		log.debug({error, pod: name}, 'the log of the mover could not be read');
		return undefined;
	}
}
