import {getCondition} from '../../../kube/runtime/conditions.ts';
import {isOverdue} from '../../shared/deadline.ts';
import {fail, proceed} from '../../shared/step.ts';
import type {Step} from '../../shared/step.ts';
import type {RestorePass} from '../pass.ts';

/** Ends the waiting, whatever it was for; a mover that has done its work in time still counts. */
export const keepDeadline: Step<RestorePass> = async ({restore, status, attempt, clock}) => {
	if (attempt?.state.kind === 'succeeded' || !isOverdue(restore.spec, status, clock)) return proceed();
	const last = getCondition(status.conditions, 'Ready')?.message;
	return fail('DeadlineExceeded', `the run did not end within its ${restore.spec.activeDeadlineSeconds} s (activeDeadlineSeconds)${last ? `; at the end: ${last}` : ''}`);
};
