import type {BackupTask, MoverIdentity} from '../../../api/v1alpha1/mover-contract.ts';
import {startAttempt} from '../../shared/start-attempt.ts';
import type {Step} from '../../shared/step.ts';
import {ownerOf} from '../children.ts';
import {laneOf} from '../pass.ts';
import type {BackupLane} from '../pass.ts';

/** Starts the next mover. What becomes of it is for the passes that follow to observe. */
export const move: Step<BackupLane> = async lane => {
	const {pass, volume} = lane;
	const {claimName, placement, capturedAt} = lane.source!;
	const started = await startAttempt(
		{
			object: pass.backup,
			owner: ownerOf(pass.backup),
			lane: laneOf(lane),
			last: lane.attempt,
			failedBefore: lane.failedBefore,
			record: volume,
			startTime: pass.status.startTime,
			queuedTime: lane.queuedTime,
			claimName: volume.claimName,
			volume: {claimName, readOnly: true},
			placement,
			task: identity => backupTask(lane, identity, capturedAt),
		},
		pass,
	);
	if (started.kind !== 'started') return started;
	lane.attempt = started.attempt;
	return started.halt;
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
