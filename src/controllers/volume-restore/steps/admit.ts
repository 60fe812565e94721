import {readyRepository} from '../../shared/ready-repository.ts';
import {proceed} from '../../shared/step.ts';
import type {Step} from '../../shared/step.ts';
import type {RestorePass} from '../pass.ts';

/** Lets the restore begin when its repository can give the data: nothing is created before. */
export const admit: Step<RestorePass> = async ({restore, caches}) => {
	const ready = readyRepository({namespace: restore.metadata.namespace, name: restore.spec.repositoryRef.name}, caches);
	return ready.kind === 'ready' ? proceed() : ready;
};
