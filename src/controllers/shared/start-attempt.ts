import {annotations} from '../../api/v1alpha1/group.ts';
import type {RunKind} from '../../api/v1alpha1/group.ts';
import type {MoverIdentity} from '../../api/v1alpha1/mover-contract.ts';
import type {MoverSettings} from '../../api/v1alpha1/mover-settings.ts';
import type {KubeObject, OwnerReference} from '../../kube/object.ts';
import type {Attempt, AttemptRecord, Lane} from './attempt.ts';
import {leftSeconds} from './deadline.ts';
import {slowStartMs} from './pod-trouble.ts';
import {ticketOf} from './queue/tickets.ts';
import {readyRepository} from './ready-repository.ts';
import type {PassTools} from './services.ts';
import {startMover} from './start-mover.ts';
import type {MoverWish} from './start-mover.ts';
import {halted, wait} from './step.ts';
import type {Halt, Waiting} from './step.ts';
import {endEarlierAttempts, removeEarlierAttempts} from './supersede.ts';

export type NextAttempt = {
	object: KubeObject & {metadata: {namespace: string}; spec: {repositoryRef: {name: string}; activeDeadlineSeconds: number; mover: MoverSettings}};
	owner: OwnerReference & {kind: RunKind};
	lane: Lane;
	/** The newest so far. */
	last: Attempt | undefined;
	failedBefore: number;
	/** Where the attempt is written down. */
	record: AttemptRecord & {identity?: {name: MoverIdentity; reason: string; message?: string}};
	/** Of the run. */
	startTime: string | undefined;
	/** Since when it has been waiting for its turn, if it has. */
	queuedTime: string | undefined;
	/** The user's claim that the run is about. */
	claimName: string;
} & Pick<MoverWish, 'placement' | 'task'> & {volume: NonNullable<MoverWish['volume']>};

/** Starts the mover after `last`, writes it down, and removes what it supersedes. */
export async function startAttempt(next: NextAttempt, tools: PassTools): Promise<{kind: 'started'; attempt: Attempt; halt: Waiting} | Halt> {
	const {object, lane, record, failedBefore, claimName} = next;
	const {namespace} = object.metadata;
	const ready = readyRepository({namespace, name: object.spec.repositoryRef.name}, tools.caches);
	if (ready.kind !== 'ready') return ready;

	const number = (next.last?.number ?? 0) + 1;
	const ended = await endEarlierAttempts(lane, number, tools);
	if (halted(ended)) return ended;

	const turn = tools.queue.take(ticketOf(object, claimName, next.placement.node));
	if (turn.kind !== 'turn') return queueUp(record, next.queuedTime, turn, tools);
	const started = await startMover(
		{
			name: lane.jobName(number),
			namespace,
			owner: next.owner,
			attempt: number,
			failedBefore,
			repository: ready.repository,
			settings: object.spec.mover,
			volume: next.volume,
			placement: {...next.placement, ...(turn.avoidNodes.length > 0 && {avoidNodes: turn.avoidNodes})},
			task: next.task,
			activeDeadlineSeconds: leftSeconds(object.spec, next.startTime === undefined ? {} : {startTime: next.startTime}, tools.clock),
			annotations: {[annotations.claimName]: claimName},
		},
		tools,
	).finally(turn.done);
	if (started.kind !== 'started') return started;
	if (next.queuedTime) tools.metrics.queueSeconds.observe(Math.max(0, (tools.clock.now().getTime() - Date.parse(next.queuedTime)) / 1000));

	const {job, identity: {identity, reason, message}} = started;
	Object.assign(record, {attempts: number, job: job.metadata.name, identity: {name: identity, reason, message}});
	delete record.nextAttemptTime;
	delete record.lastFailure;
	tools.events.record(object, {type: 'Normal', reason: 'MoverStarted', action: 'Move', note: `claim ${claimName}, attempt ${number}: ${message}`, related: job});
	await removeEarlierAttempts(lane, number, tools);
	return {
		kind: 'started',
		attempt: {number, failedBefore, job, pods: [], state: {kind: 'starting'}},
		halt: wait('Moving', `Job ${job.metadata.name} starts the mover`, {retryAfterMs: slowStartMs + 500}),
	};
}

/** Notes the wait in status, which is what the queue is read off. */
export function queueUp(record: AttemptRecord, queuedTime: string | undefined, turn: Waiting, {clock}: Pick<PassTools, 'clock'>): Waiting {
	record.queuedTime = queuedTime ?? clock.now().toISOString();
	return turn;
}
