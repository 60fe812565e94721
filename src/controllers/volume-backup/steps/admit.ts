import {readyRepository} from '../../shared/ready-repository.ts';
import {proceed} from '../../shared/step.ts';
import type {Step} from '../../shared/step.ts';
import type {BackupLane} from '../pass.ts';

/** Lets a claim begin when its repository can take the data: nothing is created before. */
export const admit: Step<BackupLane> = async ({pass}) => {
	const ready = readyRepository({namespace: pass.backup.metadata.namespace, name: pass.backup.spec.repositoryRef.name}, pass.caches);
	return ready.kind === 'ready' ? proceed() : ready;
};
