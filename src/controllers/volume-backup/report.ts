import {fieldManagers} from '../../api/v1alpha1/group.ts';
import type {VolumeBackupStatus} from '../../api/v1alpha1/volume-backup.ts';
import {isKubeError} from '../../kube/kube-error.ts';
import {writeStatus} from '../../kube/runtime/status-writer.ts';
import {volumeBackups} from '../resources.ts';
import {announceEnd, announceTrouble} from '../shared/announce.ts';
import {standingOf} from '../shared/standing.ts';
import type {Standing} from '../shared/standing.ts';
import {halted} from '../shared/step.ts';
import type {StepOutcome} from '../shared/step.ts';
import type {BackupPass} from './pass.ts';
import {backupStatus, conclusionOf} from './status.ts';

/** Writes how far the run came; at its end also Event and metrics, once. */
export async function report(pass: BackupPass, outcome: StepOutcome): Promise<void> {
	const {backup, status, clock, kube, signal} = pass;
	const standing = settle(status, outcome, clock.now());
	const next = backupStatus(status, standing, {generation: backup.metadata.generation ?? 0, now: clock.now()});
	try {
		await writeStatus({kube, resource: volumeBackups, manager: fieldManagers.status, signal}, backup, next);
	} catch (error) {
		// The object went while the pass ran: its children go with it.
		if (isKubeError(error) && error.notFound) return;
		throw error;
	}

	pass.status = next;
	if (!next.outcome) announceTrouble(backup, standing, pass);
	else announceEnd('backup', backup, {...next, outcome: next.outcome, bytes: (next.volumes ?? []).reduce((total, {bytesRead = 0}) => total + bytesRead, 0)}, standing, pass);
}

/** A refusal that concerns the whole run ends it as a failed claim does. */
function settle(status: VolumeBackupStatus, outcome: StepOutcome, now: Date): Standing {
	if (!halted(outcome)) return conclusionOf(status);
	if (outcome.kind === 'fail') {
		status.outcome = 'Failed';
		status.completionTime = now.toISOString();
	}

	return standingOf(outcome);
}
