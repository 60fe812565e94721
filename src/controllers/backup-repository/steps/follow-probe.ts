import type {Job} from '../../../kube/resources.ts';
import {observeJob, removeJob} from '../../shared/attempt.ts';
import {followMover} from '../../shared/follow-mover.ts';
import {isCareJob} from '../../repository-care/care-job.ts';
import {byOwner} from '../../shared/indexes.ts';
import {proceed, wait} from '../../shared/step.ts';
import type {Step, StepOutcome} from '../../shared/step.ts';
import {inputsAnnotation} from '../children.ts';
import type {RepositoryPass} from '../pass.ts';
import {settleFailure, settleSuccess} from '../settle.ts';

/** Looks at the probe that there is; there is never more than one. */
export const followProbe: Step<RepositoryPass> = async pass => {
	const {repository, caches, inputs} = pass;
	const jobs = caches.jobs.store.byIndex(byOwner, repository.metadata.uid).filter(job => !job.metadata.deletionTimestamp && !isCareJob(job));
	for (const job of jobs) {
		const outcome = await follow(job, inputs!.fingerprint, pass);
		if (outcome.kind !== 'proceed') return outcome;
	}

	return proceed();
};

async function follow(job: Job, fingerprint: string, pass: RepositoryPass): Promise<StepOutcome> {
	const attempt = await observeJob(job, pass);
	// It asks what nobody wants to know any more, perhaps for long, such as at an address that does not answer or with an image that is not there.
	const outdated = job.metadata.annotations?.[inputsAnnotation] !== fingerprint || (attempt.state.kind === 'starting' && imageOf(job) !== pass.settings.image.name);
	if (outdated) {
		await removeJob(job, pass);
		return wait('Initializing', 'spec, Secret or image changed; the repository is opened again', {retryAfterMs: 1000});
	}

	const {state} = attempt;
	if (state.kind === 'succeeded') return ended(job, pass, () => settleSuccess(pass, attempt, state.result));
	if (state.kind === 'failed') return ended(job, pass, () => settleFailure(pass, attempt, state.failure));

	const following = await followMover(attempt, {firstReadTime: pass.status.lastProbeTime}, pass);
	if (following.kind === 'overdue') return ended(job, pass, () => settleFailure(pass, attempt, following.failure));
	const {halt} = following;
	return halt.reason === 'Moving' ? {...halt, reason: 'Initializing'} : halt;
}

const imageOf = (job: Job): string | undefined => job.spec?.template.spec?.containers[0]?.image;

function ended(job: Job, pass: RepositoryPass, settle: () => void): StepOutcome {
	pass.ended.add(job.metadata.name);
	settle();
	return proceed();
}
