import {annotations, apiVersion, labels, managedByValue} from '../../api/v1alpha1/group.ts';
import type {CaptureWish, VolumeBackup} from '../../api/v1alpha1/volume-backup.ts';
import type {OwnerReference} from '../../kube/object.ts';
import type {PersistentVolumeClaim} from '../../kube/resources.ts';
import type {VolumeSnapshot} from '../../kube/snapshot-resources.ts';
import {childName} from '../shared/child-name.ts';
import {largerQuantity} from '../shared/quantity.ts';

/** Deleted with its backup at any time, whatever state the operator or the store are in. */
export const ownerOf = ({metadata}: VolumeBackup): OwnerReference & {kind: 'VolumeBackup'} => ({
	apiVersion,
	kind: 'VolumeBackup',
	name: metadata.name,
	uid: metadata.uid,
	controller: true,
	blockOwnerDeletion: true,
});

export const snapshotName = (backup: VolumeBackup, claimName: string): string => childName(backup.metadata, 'snapshot', claimName);
export const stagedClaimName = (backup: VolumeBackup, claimName: string): string => childName(backup.metadata, 'staged', claimName);
export const moverName = (backup: VolumeBackup, claimName: string, attempt: number): string => childName(backup.metadata, 'backup', claimName, attempt);

const childMeta = (backup: VolumeBackup, name: string, claimName: string) => ({
	name,
	...(backup.metadata.namespace && {namespace: backup.metadata.namespace}),
	labels: {
		[labels.managedBy]: managedByValue,
		[labels.component]: 'capture',
		[labels.ownerUid]: backup.metadata.uid,
		[labels.ownerKind]: 'VolumeBackup',
	},
	annotations: {[annotations.claimName]: claimName, [annotations.ownerName]: backup.metadata.name},
	ownerReferences: [ownerOf(backup)],
});

export const volumeSnapshot = (backup: VolumeBackup, claimName: string, snapshotClassName: string): VolumeSnapshot => ({
	apiVersion: 'snapshot.storage.k8s.io/v1',
	kind: 'VolumeSnapshot',
	metadata: childMeta(backup, snapshotName(backup, claimName), claimName),
	spec: {volumeSnapshotClassName: snapshotClassName, source: {persistentVolumeClaimName: claimName}},
});

export type StagedFrom = {kind: 'snapshot'; snapshot: VolumeSnapshot} | {kind: 'clone'};

/**
The temporary claim that the mover reads: of the source's class and at least of its size, because drivers refuse smaller ones, and of the size
that the snapshot asks for.
*/
export function stagedClaim(backup: VolumeBackup, claim: PersistentVolumeClaim, from: StagedFrom, wish: CaptureWish): PersistentVolumeClaim {
	const claimName = claim.metadata.name;
	const storageClassName = wish.stagedStorageClassName ?? claim.spec?.storageClassName;
	const ownSize = claim.status?.capacity?.['storage'] ?? claim.spec?.resources?.requests?.['storage'];
	const storage = from.kind === 'snapshot' ? largerQuantity(ownSize, from.snapshot.status?.restoreSize) : ownSize;
	const modes = claim.spec?.accessModes ?? [];
	return {
		apiVersion: 'v1',
		kind: 'PersistentVolumeClaim',
		metadata: childMeta(backup, stagedClaimName(backup, claimName), claimName),
		spec: {
			accessModes: modes.includes('ReadWriteOnce') ? ['ReadWriteOnce'] : modes.slice(0, 1),
			...(storageClassName && {storageClassName}),
			volumeMode: 'Filesystem',
			resources: {requests: {storage: storage ?? '1Gi'}},
			dataSource:
				from.kind === 'snapshot'
					? {apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: from.snapshot.metadata.name}
					: {kind: 'PersistentVolumeClaim', name: claimName},
		},
	};
}
