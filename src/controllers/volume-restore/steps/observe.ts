import type {MoverResult} from '../../../api/v1alpha1/mover-contract.ts';
import {observeMover} from '../../shared/observe-mover.ts';
import type {AttemptFailure} from '../../shared/retry-plan.ts';
import {finish, proceed} from '../../shared/step.ts';
import type {Step} from '../../shared/step.ts';
import type {RestorePass} from '../pass.ts';
import {noteArchive, settleSuccess} from '../settle.ts';

/** Looks at the newest mover; the steps behind this one are for a run that needs another. */
export const observe: Step<RestorePass> = async pass => {
	const {attempt, status, restore} = pass;
	if (!attempt) return proceed();
	const {spec} = restore;
	const observed = await observeMover(
		attempt,
		{
			kind: 'restore',
			object: restore,
			repository: spec.repositoryRef.name,
			limit: spec.retry.limit,
			record: status,
			status,
			doubt: result => (isComplete(result, spec.onMissing) ? undefined : nothingRestored),
		},
		pass,
	);
	if (attempt.state.kind === 'failed') noteArchive(pass, attempt.state.result);
	switch (observed.kind) {
		case 'halt':
			return observed.halt;

		case 'again':
			pass.failedBefore = observed.failedBefore;
			return proceed();

		case 'succeeded':
			settleSuccess(pass, observed.result);
			return finish();
	}
};

/** Success is either an archive in the target or, where the spec allows it, the finding that there is none. */
const isComplete = ({restore}: MoverResult, onMissing: 'Fail' | 'LeaveEmpty'): boolean => restore?.archive !== undefined || onMissing === 'LeaveEmpty';

const nothingRestored: AttemptFailure = {reason: 'MoverFailed', again: 'Later', message: 'the mover reported success without naming an archive'};
