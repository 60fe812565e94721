import type {MoverResult} from '../../api/v1alpha1/mover-contract.ts';
import {keyOf} from '../../kube/object.ts';
import {oneLine} from '../shared/one-line.ts';
import type {Failed} from '../shared/step.ts';
import type {BackupLane} from './pass.ts';

/** What the mover has done becomes the claim's outcome, once and for all. */
export function settleSuccess(lane: BackupLane, result: MoverResult): void {
	const {volume, pass, attempt} = lane;
	const counts = result.backup!;
	// Skipped files are a warning whatever the mover calls its outcome.
	const outcome = result.outcome === 'Succeeded' && result.skippedTotal > 0 ? 'SucceededWithWarnings' : result.outcome;
	forgetAttempt(lane);
	Object.assign(volume, {
		outcome,
		reason: outcome,
		message: oneLine(result.message) || `archive ${counts.archive!.slice(0, 8)} is complete`,
		capturedAt: volume.capturedAt ?? result.timings.firstReadAt ?? result.timings.startedAt,
		archive: counts.archive,
		...(counts.parent && {parent: counts.parent}),
		filesTotal: counts.filesTotal,
		filesNew: counts.filesNew,
		filesChanged: counts.filesChanged,
		filesUnmodified: counts.filesUnmodified,
		filesSkipped: result.skippedTotal,
		...(result.skipped.length > 0 && {skipped: result.skipped}),
		bytesRead: counts.bytesRead,
		bytesTotal: counts.bytesTotal,
		bytesAdded: counts.bytesAdded,
		bytesStored: counts.bytesStored,
		durationSeconds: secondsOf(lane, Date.parse(result.timings.endedAt)),
	});
	const {namespace} = pass.backup.metadata;
	pass.news.worked(keyOf({namespace, name: pass.backup.spec.repositoryRef.name}));
	pass.news.archived(keyOf({namespace, name: pass.backup.spec.repositoryRef.name}), {
		archive: {id: counts.archive!, time: volume.capturedAt!, hostname: namespace, path: `/${volume.claimName}`},
		storedBytes: counts.bytesStored,
		at: new Date(result.timings.endedAt),
	});
	if (attempt?.job) volume.job = attempt.job.metadata.name;
}

export function settleFailure(lane: BackupLane, {reason, message}: Failed): void {
	const {volume, attempt, pass} = lane;
	const result = attempt?.state.kind === 'failed' ? attempt.state.result : undefined;
	forgetAttempt(lane);
	Object.assign(volume, {
		outcome: 'Failed',
		reason,
		message,
		...(result && result.skippedTotal > 0 && {filesSkipped: result.skippedTotal, skipped: result.skipped}),
		durationSeconds: secondsOf(lane, pass.clock.now().getTime()),
	});
}

function forgetAttempt(lane: BackupLane): void {
	delete lane.halt;
	delete lane.volume.progress;
	delete lane.volume.nextAttemptTime;
	delete lane.volume.lastFailure;
	delete lane.volume.queuedTime;
}

/** From the first attempt; where that one's Job is gone, from the start of the run. */
function secondsOf({attempt, pass}: BackupLane, endMs: number): number {
	const first = attempt?.number === 1 ? attempt.job?.metadata.creationTimestamp : undefined;
	const startMs = Date.parse(first ?? pass.status.startTime ?? '');
	return Number.isNaN(startMs) ? 0 : Math.max(0, Math.round((endMs - startMs) / 1000));
}
