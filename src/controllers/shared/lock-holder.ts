import type {Clock} from '../../base/clock.ts';
import type {LockHolder} from '../../api/v1alpha1/mover-contract.ts';
import type {Job, Pod} from '../../kube/resources.ts';
import type {ControllerCaches} from './controller-caches.ts';
import {byMoverNamespace} from './indexes.ts';
import {jobEnd} from './mover-state.ts';

/*
Locks name the mover's Job: one Job has one pod, and its name is known before the pod is. A Job that is gone may have left a pod that
still stops, so pods are asked as well.
*/
export const jobNameLabel = 'batch.kubernetes.io/job-name';

type LockWitnesses = {caches: Pick<ControllerCaches, 'jobs' | 'pods'>; settings: {clusterId: string}; clock: Clock};

/**
Who takes a lock, and which movers are known to live or to be dead as this is written. All of the namespace count, because two
BackupRepositories may name one location: a living mover that is not listed would lose its lock.
*/
export function lockHolder({job, namespace}: {job: string; namespace: string}, {caches, settings, clock}: LockWitnesses): LockHolder {
	const movers = judgeMovers(caches.jobs.store.byIndex(byMoverNamespace, namespace), caches.pods.store.byIndex(byMoverNamespace, namespace));
	const scope = `.${namespace}.${settings.clusterId}`;
	return {name: `${job}${scope}`, scope, observedAt: clock.now().toISOString(), livePods: movers.live.filter(name => name !== job), deadPods: movers.dead};
}

export function judgeMovers(jobs: readonly Job[], pods: readonly Pod[]): {live: string[]; dead: string[]} {
	const running = pods.filter(pod => !hasEnded(pod)).flatMap(pod => pod.metadata.labels?.[jobNameLabel] ?? []);
	const live = new Set([...running, ...jobs.filter(job => !jobEnd(job)).map(job => job.metadata.name)]);
	const known = [...jobs.map(job => job.metadata.name), ...pods.flatMap(pod => pod.metadata.labels?.[jobNameLabel] ?? [])];
	return {live: [...live].toSorted(), dead: [...new Set(known)].filter(name => !live.has(name)).toSorted()};
}

export const hasEnded = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
