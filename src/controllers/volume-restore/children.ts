import {annotations, apiVersion, labels} from '../../api/v1alpha1/group.ts';
import type {ClaimTemplate, VolumeRestore} from '../../api/v1alpha1/volume-restore.ts';
import type {OwnerReference} from '../../kube/object.ts';
import type {PersistentVolumeClaim} from '../../kube/resources.ts';
import {childName} from '../shared/child-name.ts';

/** Deleted with its restore at any time, whatever state the operator or the store are in. */
export const ownerOf = ({metadata}: VolumeRestore): OwnerReference & {kind: 'VolumeRestore'} => ({
	apiVersion,
	kind: 'VolumeRestore',
	name: metadata.name,
	uid: metadata.uid,
	controller: true,
	blockOwnerDeletion: true,
});

export const moverName = (restore: VolumeRestore, attempt: number): string => childName(restore.metadata, 'restore', attempt);

/**
The claim of a claimTemplate. It has no owner, because the data in it outlives the restore that brought it; a label tells which restore made
it, so that no other claim of that name is ever written to.
*/
export const targetClaim = (restore: VolumeRestore, template: ClaimTemplate): PersistentVolumeClaim => ({
	apiVersion: 'v1',
	kind: 'PersistentVolumeClaim',
	metadata: {
		name: template.metadata.name,
		...(restore.metadata.namespace && {namespace: restore.metadata.namespace}),
		labels: {...template.metadata.labels, [labels.ownerUid]: restore.metadata.uid, [labels.ownerKind]: 'VolumeRestore'},
		annotations: {...template.metadata.annotations, [annotations.ownerName]: restore.metadata.name},
	},
	spec: {
		accessModes: [...template.spec.accessModes],
		resources: {requests: {storage: String(template.spec.resources.requests.storage)}},
		...(template.spec.storageClassName && {storageClassName: template.spec.storageClassName}),
		volumeMode: template.spec.volumeMode,
	},
});

export const isMadeBy = (claim: PersistentVolumeClaim, restore: VolumeRestore): boolean => claim.metadata.labels?.[labels.ownerUid] === restore.metadata.uid;
