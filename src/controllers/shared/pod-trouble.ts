import type {ReconcilingReason} from '../../api/v1alpha1/reasons.ts';
import type {Pod} from '../../kube/resources.ts';
import {moverStatus} from './mover-state.ts';
import {oneLine} from './one-line.ts';

export type Trouble = {reason: ReconcilingReason; message: string};

/** A start that takes this long deserves a look at the pod's events. */
export const slowStartMs = 10_000;

/** Why a pod has not started yet, as far as the pod itself tells; undefined while nothing is out of the ordinary. */
export function podTrouble(pod: Pod, now: Date): Trouble | undefined {
	const {name} = pod.metadata;
	const scheduled = pod.status?.conditions?.find(({type}) => type === 'PodScheduled');
	if (scheduled?.status === 'False') return {reason: 'Pending', message: `no node can run pod ${name}: ${oneLine(scheduled.message) || scheduled.reason || 'no message'}`};

	const waiting = moverStatus(pod)?.state?.waiting;
	if (waiting?.reason && !ordinary.has(waiting.reason)) {
		const what = imageReasons.has(waiting.reason) ? 'the image of pod' : 'the container of pod';
		return {reason: 'Pending', message: `${what} ${name} cannot be started (${waiting.reason}): ${oneLine(waiting.message) || 'no message'}`};
	}

	// The kubelet mounts volumes before it makes the sandbox, and has no condition for the volumes alone.
	const sandbox = pod.status?.conditions?.find(({type}) => type === 'PodReadyToStartContainers');
	const since = Date.parse(scheduled?.lastTransitionTime ?? pod.metadata.creationTimestamp ?? '');
	if (sandbox?.status !== 'True' && now.getTime() - since > slowStartMs) {
		return {reason: 'VolumeAttachPending', message: `the volumes of pod ${name} are not yet mounted on node ${pod.spec?.nodeName ?? 'unknown'}`};
	}

	return undefined;
}

const ordinary: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing']);
const imageReasons: ReadonlySet<string> = new Set(['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'RegistryUnavailable', 'ImageInspectError']);
