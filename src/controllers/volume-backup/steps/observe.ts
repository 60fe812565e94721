import {observeMover} from '../../shared/observe-mover.ts';
import type {AttemptFailure} from '../../shared/retry-plan.ts';
import {finish, proceed} from '../../shared/step.ts';
import type {Step} from '../../shared/step.ts';
import type {BackupLane} from '../pass.ts';
import {settleSuccess} from '../settle.ts';

/** Looks at the claim's newest mover; the steps behind this one are for a claim that needs another. */
export const observe: Step<BackupLane> = async lane => {
	const {attempt, volume, pass} = lane;
	if (!attempt) return proceed();
	const {spec} = pass.backup;
	const observed = await observeMover(
		attempt,
		{
			kind: 'backup',
			object: pass.backup,
			repository: spec.repositoryRef.name,
			limit: spec.retry.limit,
			record: volume,
			status: pass.status,
			doubt: ({backup}) => (backup?.archive ? undefined : nothingArchived),
		},
		pass,
	);
	switch (observed.kind) {
		case 'halt':
			return observed.halt;

		case 'again':
			lane.failedBefore = observed.failedBefore;
			return proceed();

		case 'succeeded':
			settleSuccess(lane, observed.result);
			return finish();
	}
};

const nothingArchived: AttemptFailure = {reason: 'MoverFailed', again: 'Later', message: 'the mover reported success without naming an archive'};
