import {failureCauses} from '../../api/v1alpha1/group.ts';
import type {RunCause, WorkloadFailure} from '../../api/v1alpha1/group.ts';
import type {Node, Pod} from '../../kube/resources.ts';

/** A workload's failure, as far as a pod and its node show it. */
export type Incident = {
	cause: RunCause;
	/** Absent for a volume that no pod mounts. */
	pod?: string;
	podUid: string;
	claimNames: string[];
	/** When it failed. */
	time: Date;
	/** Before that it may be a passing weakness. */
	ripeAt: Date;
	/** It lasts, so that it is known later as well; else it is a moment in the past. */
	lasts: boolean;
};

/** Readiness that comes back within that time was not lost. */
const unreadyForMs = 60_000;
const unreachable = 'node.kubernetes.io/unreachable';

/** What ails a pod, the gravest first. `claimNames` are the ones that it mounts. */
export function incidentsOf(pod: Pod, node: Node | undefined, claimNames: string[]): Incident[] {
	const of = (failure: WorkloadFailure, at: string | undefined, more: {afterMs?: number; lasts?: boolean} = {}): Incident[] => {
		const time = new Date(at ?? '');
		if (Number.isNaN(time.getTime())) return [];
		const {afterMs = 0, lasts = true} = more;
		return [{cause: failureCauses[failure], pod: pod.metadata.name, podUid: pod.metadata.uid ?? '', claimNames, time, ripeAt: new Date(time.getTime() + afterMs), lasts}];
	};

	const containers = pod.status?.containerStatuses ?? [];
	const killed = containers.flatMap(({state, lastState}) => [state?.terminated, lastState?.terminated]).filter(ended => ended?.reason === 'OOMKilled');
	const looping = containers.filter(({state}) => state?.waiting?.reason === 'CrashLoopBackOff');
	const unready = pod.status?.conditions?.find(({type}) => type === 'Ready');
	return [
		...killed.flatMap(ended => of('OutOfMemory', ended?.finishedAt, {lasts: false})),
		...looping.flatMap(({lastState}) => of('CrashLoop', lastState?.terminated?.finishedAt ?? pod.metadata.creationTimestamp)),
		...of('NodeLost', node && lostSince(node)),
		...(unready ? of('Unready', unready.lastTransitionTime, {afterMs: unreadyForMs}) : []),
	];
}

/** The time at which the control plane gave a node up for lost. */
export const lostSince = ({spec}: Node): string | undefined => spec?.taints?.find(({key}) => key === unreachable)?.timeAdded;

export const isLost = ({spec}: Node): boolean => spec?.taints?.some(({key}) => key === unreachable) ?? false;
