import {startMover} from '../../shared/start-mover.ts';
import {slowStartMs} from '../../shared/pod-trouble.ts';
import {wait} from '../../shared/step.ts';
import type {Step} from '../../shared/step.ts';
import {inputsAnnotation, ownerOf, probeName} from '../children.ts';
import type {RepositoryPass} from '../pass.ts';

/** A probe opens the repository and counts; what takes longer hangs. Time to pull the image is in it. */
const probeSeconds = 300;

/** Starts a Job that opens the repository, or creates it once where the spec wants that and nothing was ever seen there. */
export const startProbe: Step<RepositoryPass> = async pass => {
	const {repository, status, inputs} = pass;
	const {fingerprint, secrets} = inputs!;
	const attempt = (status.probedInputs === fingerprint ? (status.attempts ?? 0) : 0) + 1;
	const adopt = repository.spec.encryption.previousPasswordSecretRef !== undefined;
	const started = await startMover(
		{
			name: probeName(repository, fingerprint, attempt),
			namespace: repository.metadata.namespace,
			owner: ownerOf(repository),
			attempt,
			failedBefore: 0,
			repository,
			secrets,
			placement: {},
			previousPassword: adopt,
			task: () => ({kind: 'probe', initialize: repository.spec.initialization === 'IfEmpty' && !status.repositoryId, ...(adopt && {adoptPassword: true})}),
			activeDeadlineSeconds: probeSeconds,
			annotations: {[inputsAnnotation]: fingerprint},
		},
		pass,
	);
	if (started.kind !== 'started') return started;

	status.attempts = attempt;
	status.job = started.job.metadata.name;
	delete status.nextAttemptTime;
	return wait('Initializing', `Job ${started.job.metadata.name} opens the repository`, {retryAfterMs: slowStartMs + 500});
};
