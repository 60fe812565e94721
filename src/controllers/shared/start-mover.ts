import type {BackupRepository} from '../../api/v1alpha1/backup-repository.ts';
import type {Kind} from '../../api/v1alpha1/group.ts';
import type {MoverIdentity, MoverRequest} from '../../api/v1alpha1/mover-contract.ts';
import type {MoverSettings} from '../../api/v1alpha1/mover-settings.ts';
import type {OwnerReference} from '../../kube/object.ts';
import {jobs} from '../../kube/resources.ts';
import type {Job} from '../../kube/resources.ts';
import {checkSecrets} from './check-secrets.ts';
import type {SecretFacts} from './check-secrets.ts';
import {identityFacts} from './identity-facts.ts';
import {lockHolder} from './lock-holder.ts';
import {planIdentity} from './mover-identity.ts';
import type {IdentityPlan} from './mover-identity.ts';
import {moverJob} from './mover-job.ts';
import type {Placement} from './mover-job-facts.ts';
import {resolveMoverSettings} from './mover-settings.ts';
import {planPlacement} from './plan-placement.ts';
import {moverRepository, repositoryRequest} from './repository-request.ts';
import type {PassTools} from './services.ts';
import {stall} from './step.ts';
import type {Halt} from './step.ts';

export type MoverWish = {
	name: string;
	namespace: string;
	owner: OwnerReference & {kind: Kind};
	attempt: number;
	failedBefore: number;
	repository: BackupRepository;
	/** Known already, as in a probe. */
	secrets?: SecretFacts;
	/** The run's; a probe has none. */
	settings?: MoverSettings;
	/** Before all settings. */
	serviceAccountName?: string;
	/** Mounts the password before the present one as well. */
	previousPassword?: boolean;
	volume?: {claimName: string; readOnly: boolean};
	placement: Placement;
	task: (identity: MoverIdentity) => MoverRequest['task'];
	activeDeadlineSeconds: number;
	annotations?: Record<string, string>;
};

export type StartedMover = {kind: 'started'; job: Job; identity: Extract<IdentityPlan, {kind: 'identity'}>};

const secretsEveryMs = 15_000;

/** Makes the Job of one attempt, or says what keeps it from being made. Run twice, it finds the Job that is there. */
export async function startMover(wish: MoverWish, tools: PassTools): Promise<StartedMover | Halt> {
	const {namespace, repository} = wish;
	const checked = wish.secrets ? ({kind: 'facts', facts: wish.secrets} as const) : await checkSecrets(repository.spec, namespace, tools.kube, tools.signal);
	// Secrets are not watched: that would mean the right to list all of them.
	if (checked.kind === 'stall') return {...checked, retryAfterMs: secretsEveryMs};
	const secrets = checked.facts;

	const mounted = moverRepository(repository, secrets, {previousPassword: wish.previousPassword ?? false});
	const placed = planPlacement({namespace, placement: wish.placement, ...(wish.volume && {volumeClaim: wish.volume.claimName}), ...(mounted.claimName && {repositoryClaim: mounted.claimName})}, tools.caches);
	if (placed.kind !== 'placement') return placed;

	const settings = {...resolveMoverSettings(repository.spec.mover, wish.settings), ...(wish.serviceAccountName && {serviceAccountName: wish.serviceAccountName})};
	const identity = moverIdentity(wish, settings, placed.placement, tools);
	if (identity.kind === 'refused') return stall('NotAllowed', identity.message, {retryAfterMs: secretsEveryMs});

	const {task: _task, settings: _settings, secrets: _secrets, repository: _repository, placement: _placement, serviceAccountName: _account, previousPassword: _previous, ...rest} = wish;
	const job = moverJob({
		...rest,
		repository: mounted,
		settings,
		placement: placed.placement,
		identity: identity.identity,
		image: tools.settings.image,
		request: {
			version: 1,
			// A run has a budget; a probe is small, and what care needs is known only when it is done.
			repository: {...repositoryRequest(repository, secrets), ...(wish.settings && settings.budget && {budget: settings.budget})},
			holder: lockHolder({job: wish.name, namespace}, tools),
			task: wish.task(identity.identity),
		},
	});
	return {kind: 'started', job: await tools.kube.ensure(jobs, job, tools.signal), identity};
}

/** Opening a repository in a bucket touches no volume, so nothing more than an ordinary user is needed. */
function moverIdentity(wish: MoverWish, settings: ReturnType<typeof resolveMoverSettings>, placement: Placement, {caches}: PassTools): IdentityPlan {
	const touchesVolume = wish.volume !== undefined || wish.repository.spec.storage.filesystem !== undefined;
	if (!touchesVolume) return {kind: 'identity', identity: 'Unprivileged', reason: 'NoVolume', message: 'no volume is touched'};
	const {nodeSelector} = settings;
	return planIdentity(identityFacts(settings.identity, {namespace: wish.namespace, placement, ...(nodeSelector && {nodeSelector})}, caches));
}
