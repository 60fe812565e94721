import type {ForgetFacts, ForgetWork, NewestArchive} from '../../../api/v1alpha1/mover-contract.ts';
import type {Archive} from '../../../repository/archive.ts';
import type {ResticRepository} from '../../../repository/restic/restic-repository.ts';
import type {MoverContext} from '../../mover-context.ts';
import type {WorkResult} from './work-result.ts';
import {planRetention} from './plan-retention.ts';
import type {RetentionPlan} from './plan-retention.ts';

const mostExamples = 10;
const mostReviewed = 64;

/** Applies retention. Nothing is locked, and no backup held up, when there is nothing to remove. */
export async function forgetWork(work: ForgetWork, repository: ResticRepository, context: MoverContext): Promise<WorkResult> {
	const {facts, archives} = await applyRetention(work, repository, context);
	const waiting = facts.review.reduce((sum, {remove}) => sum + remove, 0);
	return {
		facts: {kind: 'forget', archives, forget: facts},
		message: `${facts.removed} archives removed by retention, ${facts.kept} kept${waiting > 0 ? `; policies not in force yet would remove ${waiting}` : ''}`,
		warnings: [],
	};
}

export async function applyRetention(work: ForgetWork, repository: ResticRepository, {clock, signal}: MoverContext): Promise<{facts: ForgetFacts; archives: number}> {
	const before = await repository.archives(signal);
	let plan = planRetention(before, work, clock.now());
	if (plan.remove.length === 0) return {facts: factsOf(plan), archives: before.length};

	// Decided again under the lock: what others did since must not make the last good archive one of those that go.
	const left = await repository.removeChosen(all => {
		plan = planRetention(all, work, clock.now());
		return plan.remove;
	}, signal);
	return {facts: factsOf(plan), archives: left.length};
}

function factsOf({remove, wouldRemove, review, lastGood, kept}: RetentionPlan): ForgetFacts {
	return {
		removed: remove.length,
		kept,
		lastGood: lastGood.length,
		removedExamples: remove.slice(0, mostExamples).map(described),
		review: review.toSorted((left, right) => right.remove - left.remove).slice(0, mostReviewed),
		reviewExamples: wouldRemove.slice(0, mostExamples).map(described),
	};
}

const described = ({id, time, hostname, paths}: Archive): NewestArchive => ({id, time: time.toISOString(), hostname, path: paths.join(':')});
