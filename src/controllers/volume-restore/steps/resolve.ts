import {observeAttempt} from '../../shared/attempt.ts';
import {targetClaimName} from '../../shared/indexes.ts';
import {proceed} from '../../shared/step.ts';
import type {Step} from '../../shared/step.ts';
import {laneOf} from '../pass.ts';
import type {RestorePass} from '../pass.ts';

/** Notes what the run is about, and finds the mover that exists for it. */
export const resolve: Step<RestorePass> = async pass => {
	const {status, restore, clock} = pass;
	status.startTime ??= clock.now().toISOString();
	status.claimName ??= targetClaimName(restore.spec);
	// Who has all it needs queues up again in this pass.
	if (status.queuedTime) pass.queuedTime = status.queuedTime;
	delete status.queuedTime;
	const attempt = await observeAttempt(laneOf(pass), status, pass);
	if (attempt) pass.attempt = attempt;
	return proceed();
};
