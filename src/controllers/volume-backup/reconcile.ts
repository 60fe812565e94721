import type {VolumeBackup} from '../../api/v1alpha1/volume-backup.ts';
import {isBeingDeleted} from '../../kube/object.ts';
import type {Reconcile} from '../../kube/runtime/reconcile.ts';
import {holdArchives, retire} from '../archive-deletion/retire.ts';
import {noLaterThanDeadline} from '../shared/deadline.ts';
import {runSteps} from '../shared/run-steps.ts';
import type {Services} from '../shared/services.ts';
import {beginPass} from './pass.ts';
import {report} from './report.ts';
import {admit} from './steps/admit.ts';
import {capture} from './steps/capture.ts';
import {cleanUp} from './steps/clean-up.ts';
import {conclude} from './steps/conclude.ts';
import {inLanes} from './steps/in-lanes.ts';
import {keepDeadline} from './steps/keep-deadline.ts';
import {locateClaim} from './steps/locate-claim.ts';
import {move} from './steps/move.ts';
import {observe} from './steps/observe.ts';
import {resolve} from './steps/resolve.ts';
import {standInLine} from './steps/stand-in-line.ts';
import {takeTurn} from './steps/take-turn.ts';

/**
One pass over a VolumeBackup. Each step observes the cluster anew and either makes its part true and goes on, or says what it waits
for; the pass may end after any step, and the next one starts from the top. Every claim is on its own way: its newest mover is looked at first,
and only where none has what it needs, the next one is prepared.
*/
export const reconcile: Reconcile<VolumeBackup, Services> = async (backup, context) => {
	// All children name the backup as their owner: the garbage collector removes them, also when the store or this operator is gone.
	if (isBeingDeleted(backup)) return retire(backup, context);

	const pass = beginPass(await holdArchives(backup, context), context);
	if (backup.status.outcome) {
		await cleanUp(pass);
		return {};
	}

	const result = await runSteps(pass, {
		steps: [resolve, inLanes([keepDeadline, observe, admit, locateClaim, standInLine, capture, takeTurn, move]), conclude],
		report,
		always: cleanUp,
	});
	return pass.status.outcome ? {} : noLaterThanDeadline(result, backup.spec, pass.status, context.clock);
};
