import {annotations, labels, managedByValue} from '../../api/v1alpha1/group.ts';
import type {VolumeBackup, VolumeStatus} from '../../api/v1alpha1/volume-backup.ts';
import type {Namespace, Node, PersistentVolumeClaim, Pod} from '../../kube/resources.ts';

/*
What the caches keep of kinds of which a cluster has thousands: all that a controller reads, and no more.
*/

type Volume = NonNullable<NonNullable<Pod['spec']>['volumes']>[number];

export const isManaged = (object: {metadata: {labels?: Record<string, string>}}): boolean => object.metadata.labels?.[labels.managedBy] === managedByValue;

/** Pods are asked which claims they mount and where they run; movers also how they are, and those that mount claims what ails them. */
export function trimPod(pod: Pod): Pod {
	const {metadata, spec, status} = pod;
	const ours = isManaged(pod);
	const {annotations: podAnnotations, labels: podLabels, ...identity} = metadata;
	const ownerName = podAnnotations?.[annotations.ownerName];
	const volumes = (spec?.volumes ?? []).flatMap(({name, persistentVolumeClaim, ephemeral}): Volume[] =>
		persistentVolumeClaim ? [{name, persistentVolumeClaim}] : ephemeral ? [{name, ephemeral: {}}] : [],
	);
	return {
		apiVersion: pod.apiVersion,
		kind: pod.kind,
		metadata: {...identity, ...(ours && podLabels && {labels: podLabels}), ...(ours && ownerName && {annotations: {[annotations.ownerName]: ownerName}})},
		spec: {
			containers: [],
			...(spec?.nodeName && {nodeName: spec.nodeName}),
			...(spec?.tolerations && {tolerations: spec.tolerations}),
			volumes,
		},
		status: ours ? (status ?? {}) : {...(status?.phase && {phase: status.phase}), ...(volumes.length > 0 && symptoms(status))},
	};
}

/** What shows that a container fails; of a healthy pod nothing. Readiness counts as lost only once it was there, which the containers' starts tell. */
function symptoms(status: Pod['status']): Pick<NonNullable<Pod['status']>, 'containerStatuses' | 'conditions'> {
	const containers = status?.containerStatuses ?? [];
	const ailing = containers
		.filter(({state, lastState}) => state?.waiting?.reason === 'CrashLoopBackOff' || [state, lastState].some(was => was?.terminated?.reason === 'OOMKilled'))
		.map(({name, ready, restartCount, state, lastState}) => ({name, ready, restartCount, image: '', imageID: '', ...(state && {state}), ...(lastState && {lastState})}));
	const started = Math.max(...containers.map(({state}) => Date.parse(state?.running?.startedAt ?? '') || 0));
	const unready = status?.phase === 'Running' ? (status.conditions ?? []).filter(({type, status: is, lastTransitionTime}) => type === 'Ready' && is === 'False' && Date.parse(lastTransitionTime ?? '') > started) : [];
	return {...(ailing.length > 0 && {containerStatuses: ailing}), ...(unready.length > 0 && {conditions: unready})};
}

export const isAiling = ({status, metadata}: Pod): boolean => metadata.deletionTimestamp === undefined && (status?.containerStatuses !== undefined || status?.conditions !== undefined);

/**
Of a run that has ended, what others look for: its outcome, its times and its archives. There are thousands of them, nobody writes their status again, and the rest is
what people read.
*/
export function trimBackup(backup: VolumeBackup): VolumeBackup {
	const {status} = backup;
	if (!status.outcome) return backup;
	const {observedGeneration, conditions, outcome, startTime, firstReadTime, completionTime, volumes, ...rest} = status;
	const {summary: _summary, durationSeconds: _durationSeconds, bytesAdded: _bytesAdded, ...others} = rest;
	return {
		...backup,
		status: {
			...others,
			...(observedGeneration !== undefined && {observedGeneration}),
			outcome,
			...(conditions && {conditions: conditions.filter(({type}) => type === 'Ready')}),
			...(startTime && {startTime}),
			...(firstReadTime && {firstReadTime}),
			...(completionTime && {completionTime}),
			...(volumes && {volumes: volumes.map(trimVolume)}),
		},
	};
}

const trimVolume = ({claimName, outcome, reason, archive, capturedAt, durationSeconds, bytesTotal}: VolumeStatus): VolumeStatus => ({
	claimName,
	...(outcome && {outcome}),
	...(reason && {reason}),
	...(archive && {archive}),
	...(capturedAt && {capturedAt}),
	...(durationSeconds !== undefined && {durationSeconds}),
	...(bytesTotal !== undefined && {bytesTotal}),
});

export function trimClaim(claim: PersistentVolumeClaim): PersistentVolumeClaim {
	const {annotations: claimAnnotations, ...identity} = claim.metadata;
	const servedClaim = claimAnnotations?.[annotations.claimName];
	const {accessModes, resources, storageClassName, volumeMode, volumeName} = claim.spec ?? {};
	return {
		apiVersion: claim.apiVersion,
		kind: claim.kind,
		metadata: {...identity, ...(servedClaim && {annotations: {[annotations.claimName]: servedClaim}})},
		spec: {
			...(accessModes && {accessModes}),
			...(resources && {resources}),
			...(storageClassName !== undefined && {storageClassName}),
			...(volumeMode && {volumeMode}),
			...(volumeName && {volumeName}),
		},
		status: {...(claim.status?.phase && {phase: claim.status.phase}), ...(claim.status?.capacity && {capacity: claim.status.capacity})},
	};
}

/** Nodes are asked for user namespaces and whether they take pods. */
export function trimNode(node: Node): Node {
	return {
		apiVersion: node.apiVersion,
		kind: node.kind,
		metadata: {name: node.metadata.name, ...(node.metadata.uid && {uid: node.metadata.uid}), ...(node.metadata.resourceVersion && {resourceVersion: node.metadata.resourceVersion}), ...(node.metadata.labels && {labels: node.metadata.labels})},
		spec: {...(node.spec?.unschedulable && {unschedulable: true}), ...(node.spec?.taints && {taints: node.spec.taints})},
		status: {...(node.status?.runtimeHandlers && {runtimeHandlers: node.status.runtimeHandlers})},
	};
}

/** Namespaces are asked for their pod security level and their consent to privileged movers. */
export function trimNamespace(namespace: Namespace): Namespace {
	return {apiVersion: namespace.apiVersion, kind: namespace.kind, metadata: namespace.metadata};
}
