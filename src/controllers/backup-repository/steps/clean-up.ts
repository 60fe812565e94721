import {removeJob} from '../../shared/attempt.ts';
import {byOwner} from '../../shared/indexes.ts';
import {proceed} from '../../shared/step.ts';
import type {Step} from '../../shared/step.ts';
import type {RepositoryPass} from '../pass.ts';

/** Removes the probes whose result status tells. */
export const cleanUp: Step<RepositoryPass> = async pass => {
	for (const job of pass.caches.jobs.store.byIndex(byOwner, pass.repository.metadata.uid)) {
		if (pass.ended.has(job.metadata.name) && !job.metadata.deletionTimestamp) await removeJob(job, pass);
	}

	return proceed();
};
