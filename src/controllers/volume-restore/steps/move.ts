import {annotations} from '../../../api/v1alpha1/group.ts';
import type {MoverIdentity, RestoreTask} from '../../../api/v1alpha1/mover-contract.ts';
import {leftSeconds} from '../../shared/deadline.ts';
import {slowStartMs} from '../../shared/pod-trouble.ts';
import {readyRepository} from '../../shared/ready-repository.ts';
import {startMover} from '../../shared/start-mover.ts';
import {halted, wait} from '../../shared/step.ts';
import type {Step} from '../../shared/step.ts';
import {endEarlierAttempts, removeEarlierAttempts} from '../../shared/supersede.ts';
import {moverName, ownerOf} from '../children.ts';
import {laneOf} from '../pass.ts';
import type {RestorePass} from '../pass.ts';

/** Starts the next mover. What becomes of it is for the passes that follow to observe. */
export const move: Step<RestorePass> = async pass => {
	const {restore, status, target} = pass;
	const {namespace} = restore.metadata;
	const ready = readyRepository({namespace, name: restore.spec.repositoryRef.name}, pass.caches);
	if (ready.kind !== 'ready') return ready;

	const attempt = (pass.attempt?.number ?? 0) + 1;
	const ended = await endEarlierAttempts(laneOf(pass), attempt, pass);
	if (halted(ended)) return ended;

	const {claimName, placement} = target!;
	const started = await startMover(
		{
			name: moverName(restore, attempt),
			namespace,
			owner: ownerOf(restore),
			attempt,
			failedBefore: pass.failedBefore,
			repository: ready.repository,
			settings: restore.spec.mover,
			volume: {claimName, readOnly: false},
			placement,
			task: identity => restoreTask(pass, identity),
			activeDeadlineSeconds: leftSeconds(restore.spec, status, pass.clock),
			annotations: {[annotations.claimName]: claimName},
		},
		pass,
	);
	if (started.kind !== 'started') return started;

	const {identity, reason, message} = started.identity;
	Object.assign(status, {attempts: attempt, job: started.job.metadata.name, identity: {name: identity, reason, message}});
	delete status.nextAttemptTime;
	pass.attempt = {number: attempt, failedBefore: pass.failedBefore, job: started.job, pods: [], state: {kind: 'starting'}};
	pass.events.record(restore, {type: 'Normal', reason: 'MoverStarted', action: 'Move', note: `claim ${claimName}, attempt ${attempt}: ${message}`, related: started.job});
	await removeEarlierAttempts(laneOf(pass), attempt, pass);
	return wait('Moving', `Job ${started.job.metadata.name} starts the mover`, {retryAfterMs: slowStartMs + 500});
};

export function restoreTask({restore, status}: Pick<RestorePass, 'restore' | 'status'>, identity: MoverIdentity): RestoreTask {
	const {from, paths, overwrite, extraFiles, onMissing} = restore.spec;
	const {claimName, namespace = restore.metadata.namespace, asOf, previous} = from;
	const archive = status.archive ?? from.archive;
	return {
		kind: 'restore',
		run: restore.metadata.uid,
		from: archive ? {archive} : {claimName: claimName!, hostname: namespace, ...(asOf && {asOf}), ...(previous !== undefined && {previous})},
		paths,
		overwrite: overwrite ?? 'RequireEmpty',
		deleteExtra: extraFiles === 'Delete',
		onMissing,
		identity,
	};
}
