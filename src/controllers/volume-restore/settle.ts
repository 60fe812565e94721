import type {MoverResult, RestoreCounts} from '../../api/v1alpha1/mover-contract.ts';
import type {VolumeRestoreStatus} from '../../api/v1alpha1/volume-restore.ts';
import {keyOf} from '../../kube/object.ts';
import type {RestorePass} from './pass.ts';

/** What the mover has done becomes the outcome, once and for all. */
export function settleSuccess(pass: RestorePass, result: MoverResult): void {
	const {status, clock} = pass;
	const counts = result.restore;
	pass.news.worked(keyOf({namespace: pass.restore.metadata.namespace, name: pass.restore.spec.repositoryRef.name}));
	noteArchive(pass, result);
	forgetAttempt(pass);
	Object.assign(status, {
		// Entries not restored in full are a warning whatever the mover calls its outcome.
		outcome: result.outcome === 'Succeeded' && result.skippedTotal > 0 ? 'SucceededWithWarnings' : result.outcome,
		completionTime: clock.now().toISOString(),
		...(counts && countsOf(counts)),
		filesSkipped: result.skippedTotal,
		...(result.skipped.length > 0 && {skipped: result.skipped}),
	});
}

export function settleFailure(pass: RestorePass): void {
	const {status, attempt, clock} = pass;
	const result = attempt?.state.kind === 'failed' ? attempt.state.result : undefined;
	forgetAttempt(pass);
	Object.assign(status, {
		outcome: 'Failed',
		completionTime: clock.now().toISOString(),
		...(result?.restore && countsOf(result.restore)),
		...(result && result.skippedTotal > 0 && {filesSkipped: result.skippedTotal, skipped: result.skipped}),
	});
}

const countsOf = ({filesTotal, filesRestored, filesUnchanged, filesDeleted, bytesTotal, bytesRestored}: RestoreCounts): Partial<VolumeRestoreStatus> => ({filesTotal, filesRestored, filesUnchanged, filesDeleted, bytesTotal, bytesRestored});

/** Every attempt restores the archive that the first one found. */
export function noteArchive({status}: Pick<RestorePass, 'status'>, result: MoverResult | undefined): void {
	const {archive, archiveTime} = result?.restore ?? {};
	if (!archive || status.archive) return;
	status.archive = archive;
	if (archiveTime) status.archiveTime = archiveTime;
}

function forgetAttempt({status}: RestorePass): void {
	delete status.progress;
	delete status.nextAttemptTime;
	delete status.lastFailure;
	delete status.queuedTime;
}
