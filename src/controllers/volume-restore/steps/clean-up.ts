import {byOwner} from '../../shared/indexes.ts';
import {isSpent, removeJob} from '../../shared/attempt.ts';
import {proceed} from '../../shared/step.ts';
import type {Step} from '../../shared/step.ts';
import type {RestorePass} from '../pass.ts';

/** Removes the mover once the run has its outcome. The claim stays, whoever made it: it holds the user's data. */
export const cleanUp: Step<RestorePass> = async pass => {
	const {status} = pass;
	for (const job of pass.caches.jobs.store.byIndex(byOwner, pass.restore.metadata.uid)) {
		if (status.outcome ? !job.metadata.deletionTimestamp : isSpent(job, status)) await removeJob(job, pass);
	}

	return proceed();
};
