import {fieldManagers} from '../../api/v1alpha1/group.ts';
import {isKubeError} from '../../kube/kube-error.ts';
import {writeStatus} from '../../kube/runtime/status-writer.ts';
import {volumeRestores} from '../resources.ts';
import {announceEnd, announceTrouble} from '../shared/announce.ts';
import {standingOf} from '../shared/standing.ts';
import {halted} from '../shared/step.ts';
import type {StepOutcome} from '../shared/step.ts';
import type {RestorePass} from './pass.ts';
import {settleFailure} from './settle.ts';
import {conclusionOf, restoreStatus} from './status.ts';

/** Writes how far the run came; at its end also Event and metrics, once. */
export async function report(pass: RestorePass, outcome: StepOutcome): Promise<void> {
	const {restore, clock, kube, signal} = pass;
	if (outcome.kind === 'fail') settleFailure(pass);
	const standing = halted(outcome) ? standingOf(outcome) : conclusionOf(pass.status);
	const next = restoreStatus(pass.status, standing, {generation: restore.metadata.generation ?? 0, now: clock.now()});
	try {
		await writeStatus({kube, resource: volumeRestores, manager: fieldManagers.status, signal}, restore, next);
	} catch (error) {
		// The object went while the pass ran: its mover goes with it.
		if (isKubeError(error) && error.notFound) return;
		throw error;
	}

	pass.status = next;
	if (next.outcome) announceEnd('restore', restore, {...next, outcome: next.outcome, bytes: next.bytesRestored ?? 0}, standing, pass);
	else announceTrouble(restore, standing, pass);
}
