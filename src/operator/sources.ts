import {annotations, labels} from '../api/v1alpha1/group.ts';
import type {Kind} from '../api/v1alpha1/group.ts';
import {byClaim, byRepository, mountedClaims, referredRepository, scheduledRepository} from '../controllers/shared/indexes.ts';
import type {ControllerCaches} from '../controllers/shared/controller-caches.ts';
import {isManaged} from '../controllers/shared/trims.ts';
import {keyOf, keyOfObject} from '../kube/object.ts';
import type {KubeObject, ObjectKey} from '../kube/object.ts';
import type {Cache} from '../kube/cache/caches.ts';
import {isTrue} from '../kube/runtime/conditions.ts';
import {beyondStatus, source} from '../kube/runtime/source.ts';
import type {Source} from '../kube/runtime/source.ts';

type Run = KubeObject & {status: {outcome?: string}};

/** Keys of runs that have not ended: of the others nothing can change any more. */
const unfinished = (runs: readonly Run[]): ObjectKey[] => runs.filter(({status}) => status.outcome === undefined).map(keyOfObject);

/** A mover's pod concerns the object it works for, which owns the Job that owns the pod. */
export const moverPods = ({pods}: ControllerCaches, kind: Kind): Source =>
	source({
		cache: pods,
		keys({metadata}) {
			const name = metadata.annotations?.[annotations.ownerName];
			return name && metadata.labels?.[labels.ownerKind] === kind ? [keyOf({namespace: metadata.namespace, name})] : [];
		},
		relevant: ({object, previous}) => isManaged((object ?? previous)!),
	});

/** Who uses a claim, and where, decides how and when a run can mount it. */
export const claimUsers = <T extends Run>({pods}: ControllerCaches, runs: Cache<T>): Source =>
	source({
		cache: pods,
		keys: pod => mountedClaims(pod).flatMap(claim => unfinished(runs.store.byIndex(byClaim, claim))),
		relevant: ({object, previous}) =>
			!isManaged((object ?? previous)!) && (object?.status?.phase !== previous?.status?.phase || object?.spec?.nodeName !== previous?.spec?.nodeName || object === undefined),
	});

export const claimsOf = <T extends Run>({claims}: ControllerCaches, runs: Cache<T>): Source =>
	source({cache: claims, keys: (_claim, key) => unfinished(runs.store.byIndex(byClaim, key))});

/** Runs wait for their repository to become Ready. */
export const repositoriesOf = <T extends Run>({repositories}: ControllerCaches, runs: Cache<T>): Source =>
	source({
		cache: repositories,
		keys: (_repository, key) => unfinished(runs.store.byIndex(byRepository, key)),
		relevant: ({object, previous}) => standing(object) !== standing(previous),
	});

/** Everything of a repository that a waiting run's own condition tells. */
function standing(repository: {metadata: {generation?: number; uid?: string}; status: {maintenance?: {exclusive?: string}; conditions?: Array<{type: string; status: 'True' | 'False' | 'Unknown'; reason: string; message: string; lastTransitionTime: string}>}} | undefined): string {
	const conditions = repository?.status.conditions;
	const ready = conditions?.find(({type}) => type === 'Ready');
	return JSON.stringify([repository?.metadata.uid, repository?.metadata.generation, isTrue(conditions, 'Ready'), ready?.reason, ready && ready.status !== 'True' ? ready.message : '', repository?.status.maintenance?.exclusive]);
}

/** A filesystem repository lives on a claim. */
export const repositoryClaims = ({claims, repositories}: ControllerCaches): Source =>
	source({cache: claims, keys: (_claim, key) => repositories.store.byIndex(byClaim, key).map(keyOfObject)});

/** Schedules have retention policies, and repositories apply them. */
export const retentionOf = ({schedules}: ControllerCaches): Source => source({cache: schedules, keys: scheduledRepository, relevant: beyondStatus});

/** Repositories remove the archives of deleted backups. */
export const deletionsOf = ({backups}: ControllerCaches): Source => source({cache: backups, keys: referredRepository, relevant: ({object}) => object?.status.deletion !== undefined});
