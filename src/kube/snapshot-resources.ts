import type {KubeObject} from './object.ts';
import {defineResource} from './resource.ts';

/** The CSI snapshot API (`snapshot.storage.k8s.io/v1`), whose CRDs a cluster may lack. */
export type VolumeSnapshot = KubeObject & {
	spec: {
		source: {persistentVolumeClaimName?: string; volumeSnapshotContentName?: string};
		volumeSnapshotClassName?: string;
	};
	status?: {
		boundVolumeSnapshotContentName?: string;
		/** RFC 3339; the instant that the storage system says the data is of. */
		creationTime?: string;
		readyToUse?: boolean;
		/** Quantity: the least size of a volume made from it. */
		restoreSize?: string;
		error?: {message?: string; time?: string};
	};
};

export type VolumeSnapshotClass = KubeObject & {
	driver: string;
	deletionPolicy: 'Delete' | 'Retain';
	parameters?: Record<string, string>;
};

export type VolumeSnapshotContent = KubeObject & {
	spec: {
		deletionPolicy: 'Delete' | 'Retain';
		driver: string;
		source: {snapshotHandle?: string; volumeHandle?: string};
		sourceVolumeMode?: string;
		volumeSnapshotClassName?: string;
		volumeSnapshotRef: {namespace?: string; name?: string; uid?: string};
	};
	status?: {
		/** nanoseconds since 1970 */
		creationTime?: number;
		readyToUse?: boolean;
		/** bytes */
		restoreSize?: number;
		snapshotHandle?: string;
		error?: {message?: string; time?: string};
	};
};

const snapshotApi = {group: 'snapshot.storage.k8s.io', version: 'v1'};

export const volumeSnapshots = defineResource<VolumeSnapshot>({...snapshotApi, plural: 'volumesnapshots', kind: 'VolumeSnapshot', namespaced: true});
export const volumeSnapshotClasses = defineResource<VolumeSnapshotClass>({...snapshotApi, plural: 'volumesnapshotclasses', kind: 'VolumeSnapshotClass', namespaced: false});
export const volumeSnapshotContents = defineResource<VolumeSnapshotContent>({...snapshotApi, plural: 'volumesnapshotcontents', kind: 'VolumeSnapshotContent', namespaced: false});
