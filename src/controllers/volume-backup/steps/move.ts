import type {BackupTask, MoverIdentity} from '../../../api/v1alpha1/mover-contract.ts';
import {annotations} from '../../../api/v1alpha1/group.ts';
import {leftSeconds} from '../../shared/deadline.ts';
import {slowStartMs} from '../../shared/pod-trouble.ts';
import {readyRepository} from '../../shared/ready-repository.ts';
import {startMover} from '../../shared/start-mover.ts';
import {halted, wait} from '../../shared/step.ts';
import type {Step} from '../../shared/step.ts';
import {endEarlierAttempts, removeEarlierAttempts} from '../../shared/supersede.ts';
import {moverName, ownerOf} from '../children.ts';
import {laneOf} from '../pass.ts';
import type {BackupLane} from '../pass.ts';

/** Starts the next mover. What becomes of it is for the passes that follow to observe. */
export const move: Step<BackupLane> = async lane => {
	const {pass, volume, source} = lane;
	const {backup} = pass;
	const {namespace} = backup.metadata;
	const ready = readyRepository({namespace, name: backup.spec.repositoryRef.name}, pass.caches);
	if (ready.kind !== 'ready') return ready;

	const attempt = (lane.attempt?.number ?? 0) + 1;
	const ended = await endEarlierAttempts(laneOf(lane), attempt, pass);
	if (halted(ended)) return ended;

	const {claimName, placement, capturedAt} = source!;
	const started = await startMover(
		{
			name: moverName(backup, volume.claimName, attempt),
			namespace,
			owner: ownerOf(backup),
			attempt,
			failedBefore: lane.failedBefore,
			repository: ready.repository,
			settings: backup.spec.mover,
			volume: {claimName, readOnly: true},
			placement,
			task: identity => backupTask(lane, identity, capturedAt),
			activeDeadlineSeconds: leftSeconds(backup.spec, pass.status, pass.clock),
			annotations: {[annotations.claimName]: volume.claimName},
		},
		pass,
	);
	if (started.kind !== 'started') return started;

	const {identity, reason, message} = started.identity;
	Object.assign(volume, {attempts: attempt, job: started.job.metadata.name, identity: {name: identity, reason, message}});
	delete volume.nextAttemptTime;
	lane.attempt = {number: attempt, failedBefore: lane.failedBefore, job: started.job, pods: [], state: {kind: 'starting'}};
	pass.events.record(backup, {type: 'Normal', reason: 'MoverStarted', action: 'Move', note: `claim ${volume.claimName}, attempt ${attempt}: ${message}`, related: started.job});
	await removeEarlierAttempts(laneOf(lane), attempt, pass);
	return wait('Moving', `Job ${started.job.metadata.name} starts the mover`, {retryAfterMs: slowStartMs + 500});
};

function backupTask({pass, volume}: BackupLane, identity: MoverIdentity, capturedAt: string | undefined): BackupTask {
	const {metadata, spec} = pass.backup;
	return {
		kind: 'backup',
		claimName: volume.claimName,
		hostname: metadata.namespace,
		tags: spec.tags,
		include: spec.include,
		exclude: spec.exclude,
		onEmptySource: spec.onEmptySource,
		onUnreadableFile: spec.onUnreadableFile,
		...(capturedAt && {capturedAt}),
		identity,
	};
}
