import type {MoverIdentity, RestoreTask} from '../../../api/v1alpha1/mover-contract.ts';
import {startAttempt} from '../../shared/start-attempt.ts';
import type {Step} from '../../shared/step.ts';
import {ownerOf} from '../children.ts';
import {laneOf} from '../pass.ts';
import type {RestorePass} from '../pass.ts';

/** Starts the next mover. What becomes of it is for the passes that follow to observe. */
export const move: Step<RestorePass> = async pass => {
	const {restore, status} = pass;
	const {claimName, placement} = pass.target!;
	const started = await startAttempt(
		{
			object: restore,
			owner: ownerOf(restore),
			lane: laneOf(pass),
			last: pass.attempt,
			failedBefore: pass.failedBefore,
			record: status,
			startTime: status.startTime,
			queuedTime: pass.queuedTime,
			claimName,
			volume: {claimName, readOnly: false},
			placement,
			task: identity => restoreTask(pass, identity),
		},
		pass,
	);
	if (started.kind !== 'started') return started;
	pass.attempt = started.attempt;
	return started.halt;
};

export function restoreTask({restore, status}: Pick<RestorePass, 'restore' | 'status'>, identity: MoverIdentity): RestoreTask {
	const {from, paths, overwrite, extraFiles, onMissing, damaged} = restore.spec;
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
		...(damaged === 'Skip' && {skipDamaged: true as const}),
		identity,
	};
}
