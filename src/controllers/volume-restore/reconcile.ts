import type {VolumeRestore} from '../../api/v1alpha1/volume-restore.ts';
import {isBeingDeleted} from '../../kube/object.ts';
import type {Reconcile} from '../../kube/runtime/reconcile.ts';
import {noLaterThanDeadline} from '../shared/deadline.ts';
import {runSteps} from '../shared/run-steps.ts';
import type {Services} from '../shared/services.ts';
import {beginPass} from './pass.ts';
import {report} from './report.ts';
import {admit} from './steps/admit.ts';
import {cleanUp} from './steps/clean-up.ts';
import {keepDeadline} from './steps/keep-deadline.ts';
import {move} from './steps/move.ts';
import {observe} from './steps/observe.ts';
import {prepareTarget} from './steps/prepare-target.ts';
import {resolve} from './steps/resolve.ts';

/**
One pass over a VolumeRestore. Which archive is meant only the mover can find out, in the repository; so the steps here see to the
repository, the target and the mover, and the mover's result says the rest.
*/
export const reconcile: Reconcile<VolumeRestore, Services> = async (restore, context) => {
	// The mover's Job names the restore as its owner: the garbage collector removes it. A claim that was made stays.
	if (isBeingDeleted(restore)) return {};

	const pass = beginPass(restore, context);
	if (restore.status.outcome) {
		await cleanUp(pass);
		return {};
	}

	const result = await runSteps(pass, {
		steps: [resolve, keepDeadline, observe, admit, prepareTarget, move],
		report,
		always: cleanUp,
	});
	return pass.status.outcome ? {} : noLaterThanDeadline(result, restore.spec, pass.status, context.clock);
};
