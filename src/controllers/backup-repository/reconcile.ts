import type {BackupRepository} from '../../api/v1alpha1/backup-repository.ts';
import {isBeingDeleted} from '../../kube/object.ts';
import type {Reconcile} from '../../kube/runtime/reconcile.ts';
import {tend} from '../repository-care/tend.ts';
import {runSteps} from '../shared/run-steps.ts';
import type {Services} from '../shared/services.ts';
import {beginPass} from './pass.ts';
import {report} from './report.ts';
import {checkInputs} from './steps/check-inputs.ts';
import {cleanUp} from './steps/clean-up.ts';
import {followProbe} from './steps/follow-probe.ts';
import {rest} from './steps/rest.ts';
import {startProbe} from './steps/start-probe.ts';

/**
One pass over a BackupRepository. Only a mover can open it, so the controller starts a probe now and then, one at a time, and believes what that
says until the next: soon after a failure, at once when spec or Secrets change, and else at the spec's interval. Beside that the repository is tended, when
its time has come.
*/
export const reconcile: Reconcile<BackupRepository, Services> = async (repository, context) => {
	// Archives stay where they are; a probe that runs goes with its owner.
	if (isBeingDeleted(repository)) return {};

	const pass = beginPass(repository, context);
	const {requeueAfterMs = longestWaitMs} = await runSteps(pass, {
		steps: [checkInputs, tend, followProbe, rest, startProbe],
		report,
		always: cleanUp,
	});
	return {requeueAfterMs: Math.min(requeueAfterMs, pass.careAgainMs ?? longestWaitMs)};
};

/** Timers of Node end at 25 days. */
const longestWaitMs = 24 * 3_600_000;
