import {fail, proceed} from '../../shared/step.ts';
import type {Step} from '../../shared/step.ts';
import type {BackupLane} from '../pass.ts';
import {isOverdue} from '../../shared/deadline.ts';

/** Ends the waiting, whatever it was for; a mover that has done its work in time still counts. */
export const keepDeadline: Step<BackupLane> = async ({pass, attempt, volume}) => {
	if (attempt?.state.kind === 'succeeded' || !isOverdue(pass.backup.spec, pass.status, pass.clock)) return proceed();
	const last = volume.message ? `; at the end: ${volume.message}` : '';
	return fail('DeadlineExceeded', `the run did not end within its ${pass.backup.spec.activeDeadlineSeconds} s (activeDeadlineSeconds)${last}`);
};
