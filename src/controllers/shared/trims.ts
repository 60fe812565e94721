import {annotations, labels, managedByValue} from '../../api/v1alpha1/group.ts';
import type {Namespace, Node, PersistentVolumeClaim, Pod} from '../../kube/resources.ts';

/*
What the caches keep of kinds of which a cluster has thousands: all that a controller reads, and no more.
*/

type Volume = NonNullable<NonNullable<Pod['spec']>['volumes']>[number];

export const isManaged = (object: {metadata: {labels?: Record<string, string>}}): boolean => object.metadata.labels?.[labels.managedBy] === managedByValue;

/** Pods are asked which claims they mount and where they run; movers also how they are. */
export function trimPod(pod: Pod): Pod {
	const {metadata, spec, status} = pod;
	const ours = isManaged(pod);
	const {annotations: podAnnotations, labels: podLabels, ...identity} = metadata;
	const ownerName = podAnnotations?.[annotations.ownerName];
	return {
		apiVersion: pod.apiVersion,
		kind: pod.kind,
		metadata: {...identity, ...(ours && podLabels && {labels: podLabels}), ...(ours && ownerName && {annotations: {[annotations.ownerName]: ownerName}})},
		spec: {
			containers: [],
			...(spec?.nodeName && {nodeName: spec.nodeName}),
			...(spec?.tolerations && {tolerations: spec.tolerations}),
			volumes: (spec?.volumes ?? []).flatMap(({name, persistentVolumeClaim, ephemeral}): Volume[] =>
				persistentVolumeClaim ? [{name, persistentVolumeClaim}] : ephemeral ? [{name, ephemeral: {}}] : [],
			),
		},
		status: ours ? (status ?? {}) : status?.phase ? {phase: status.phase} : {},
	};
}

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
