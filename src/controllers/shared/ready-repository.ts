import type {BackupRepository} from '../../api/v1alpha1/backup-repository.ts';
import {keyOf} from '../../kube/object.ts';
import {getCondition} from '../../kube/runtime/conditions.ts';
import type {ControllerCaches} from './controller-caches.ts';
import {wait} from './step.ts';
import type {Waiting} from './step.ts';

export type ReadyRepository = {kind: 'ready'; repository: BackupRepository};

/** The repository of a run, once it can be used; its own conditions say what is wrong when it cannot. */
export function readyRepository(ref: {namespace: string; name: string}, caches: Pick<ControllerCaches, 'repositories'>): ReadyRepository | Waiting {
	const repository = caches.repositories.store.get(keyOf(ref));
	if (!repository) return wait('RepositoryNotReady', `BackupRepository ${ref.name} does not exist in namespace ${ref.namespace}; the run goes on when it is there`);
	if (repository.metadata.deletionTimestamp) return wait('RepositoryNotReady', `BackupRepository ${ref.name} is being deleted`);

	const ready = getCondition(repository.status.conditions, 'Ready');
	const current = repository.status.observedGeneration === repository.metadata.generation;
	if (ready?.status === 'True' && current && repository.status.repositoryId) {
		const {exclusive} = repository.status.maintenance ?? {};
		return exclusive ? wait('Queued', `maintenance (${exclusive}) of BackupRepository ${ref.name} has it for itself; the run goes on when that has ended`) : {kind: 'ready', repository};
	}

	if (ready?.reason === 'CircuitOpen' && current) return wait('CircuitOpen', `BackupRepository ${ref.name} is not Ready: ${ready.message}`);
	const why = ready && current ? ` (${ready.reason}): ${ready.message}` : ' yet';
	return wait('RepositoryNotReady', `BackupRepository ${ref.name} is not Ready${why}`);
}
