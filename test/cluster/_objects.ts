/** Objects for the cluster's own tests. */

export const namespace = (name: string): object => ({apiVersion: 'v1', kind: 'Namespace', metadata: {name}});

export type ClaimOptions = {storageClass?: string; block?: boolean; bytes?: string; from?: {apiGroup?: string; kind: string; name: string}};

export const claim = (namespace: string, name: string, {storageClass = 'btrfs', block = false, bytes = '64Mi', from}: ClaimOptions = {}): object => ({
	apiVersion: 'v1',
	kind: 'PersistentVolumeClaim',
	metadata: {namespace, name},
	spec: {
		storageClassName: storageClass,
		accessModes: ['ReadWriteOnce'],
		volumeMode: block ? 'Block' : 'Filesystem',
		resources: {requests: {storage: bytes}},
		...(from ? {dataSource: from} : {}),
	},
});

export const snapshot = (namespace: string, name: string, claimName: string, snapshotClass = 'btrfs'): object => ({
	apiVersion: 'snapshot.storage.k8s.io/v1',
	kind: 'VolumeSnapshot',
	metadata: {namespace, name},
	spec: {volumeSnapshotClassName: snapshotClass, source: {persistentVolumeClaimName: claimName}},
});

export type PodOptions = {script: string; claims?: Record<string, string>; devices?: Record<string, string>; restartPolicy?: 'Always' | 'Never'};

/** A busybox pod; claims by mount path, or device path for block volumes. */
export function pod(namespace: string, name: string, {script, claims = {}, devices = {}, restartPolicy = 'Never'}: PodOptions): object {
	const names = [...new Set([...Object.values(claims), ...Object.values(devices)])];
	return {
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: {namespace, name},
		spec: {
			restartPolicy,
			terminationGracePeriodSeconds: 0,
			containers: [
				{
					name: 'main',
					image: 'registry.test/busybox:1',
					command: ['sh', '-c', script],
					volumeMounts: Object.entries(claims).map(([mountPath, name]) => ({mountPath, name})),
					volumeDevices: Object.entries(devices).map(([devicePath, name]) => ({devicePath, name})),
				},
			],
			volumes: names.map(name => ({name, persistentVolumeClaim: {claimName: name}})),
		},
	};
}
