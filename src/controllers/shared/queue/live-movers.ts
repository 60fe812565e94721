import {isRunKind, labels} from '../../../api/v1alpha1/group.ts';
import {keyOf} from '../../../kube/object.ts';
import type {KubeObject} from '../../../kube/object.ts';
import type {Job, Pod} from '../../../kube/resources.ts';
import {byOwner} from '../indexes.ts';
import {hasEnded, jobNameLabel} from '../lock-holder.ts';
import {jobEnd} from '../mover-state.ts';
import type {ControllerCaches} from '../controller-caches.ts';
import type {Moving} from './mover-load.ts';

/** The cache index of movers of runs that have not ended. */
export const byLiveness = 'liveness';
export const live = 'live';

/** Probes and maintenance are one at a time for each repository by themselves, and a repository in trouble needs its probe: they stand in no queue. */
const worksForRun = ({metadata}: KubeObject): boolean => isRunKind(metadata.labels?.[labels.ownerKind] ?? '');

export const liveJobs = (job: Job): string[] => (worksForRun(job) && !jobEnd(job) ? [live] : []);
export const livePods = (pod: Pod): string[] => (worksForRun(pod) && !hasEnded(pod) ? [live] : []);

/** The movers that run, or may. A Job that is gone may have left a pod that still stops; one whose pod has ended does nothing more. */
export function liveMovers({jobs, pods}: Pick<ControllerCaches, 'jobs' | 'pods'>): Map<string, Moving> {
	const movers = new Map<string, Moving>();
	for (const job of jobs.store.byIndex(byLiveness, live)) {
		const own = pods.store.byIndex(byOwner, job.metadata.uid ?? '');
		if (!own.some(hasEnded)) movers.set(keyOf(job.metadata), movingOf(job, own.find(({spec}) => spec?.nodeName)));
	}

	for (const pod of pods.store.byIndex(byLiveness, live)) {
		const name = pod.metadata.labels?.[jobNameLabel];
		if (name) movers.set(keyOf({namespace: pod.metadata.namespace, name}), movingOf(pod, pod));
	}

	return movers;
}

function movingOf({metadata}: KubeObject, pod: Pod | undefined): Moving {
	const node = pod?.spec?.nodeName;
	return {namespace: metadata.namespace ?? '', repository: keyOf({namespace: metadata.namespace, name: metadata.labels?.[labels.repository] ?? ''}), ...(node && {node})};
}
