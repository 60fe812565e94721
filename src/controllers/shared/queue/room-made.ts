import type {BackupRepository} from '../../../api/v1alpha1/backup-repository.ts';
import type {Change} from '../../../kube/cache/store.ts';
import type {KubeObject} from '../../../kube/object.ts';
import type {Pod} from '../../../kube/resources.ts';
import {isTrue} from '../../../kube/runtime/conditions.ts';
import type {ControllerCaches} from '../controller-caches.ts';
import {liveJobs, livePods} from './live-movers.ts';
import {queuedBackups, queuedRestores} from './tickets.ts';

/** Calls `look` when something happened that may give somebody a turn: a mover ended or found its node, somebody left the queue, or a repository takes more. */
export function watchRoom({jobs, pods, backups, restores, repositories}: Pick<ControllerCaches, 'jobs' | 'pods' | 'backups' | 'restores' | 'repositories'>, look: () => void): void {
	const left = <T extends KubeObject>(values: (object: T) => readonly unknown[]) => ({object, previous}: Change<T>): void => {
		if (previous && values(previous).length > 0 && (!object || values(object).length === 0)) look();
	};

	jobs.subscribe(left(liveJobs));
	pods.subscribe(change => {
		left(livePods)(change);
		if (placed(change)) look();
	});
	backups.subscribe(left(queuedBackups));
	restores.subscribe(left(queuedRestores));
	repositories.subscribe(({object, previous}) => {
		if (capacity(object) !== capacity(previous)) look();
	});
}

const placed = ({object, previous}: Change<Pod>): boolean => object !== undefined && livePods(object).length > 0 && object.spec?.nodeName !== previous?.spec?.nodeName;

/** All of a repository that decides how many movers it takes. */
const capacity = (repository: BackupRepository | undefined): string =>
	repository ? JSON.stringify([repository.spec.limits?.parallelMovers, repository.status.circuit, repository.status.lastProbeTime, isTrue(repository.status.conditions, 'Ready')]) : '';
