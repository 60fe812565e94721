import type {
	EventsV1Event,
	V1ConfigMap,
	V1CSIDriver,
	V1CustomResourceDefinition,
	V1Job,
	V1Lease,
	V1Namespace,
	V1Node,
	V1PersistentVolume,
	V1PersistentVolumeClaim,
	V1Pod,
	V1Secret,
	V1ServiceAccount,
	V1StorageClass,
	V1VolumeAttachment,
} from '@kubernetes/client-node';
import {defineResource} from './resource.ts';
import type {Wire} from './wire.ts';

export type Namespace = Wire<V1Namespace>;
export type Node = Wire<V1Node>;
export type Pod = Wire<V1Pod>;
export type Secret = Wire<V1Secret>;
export type ConfigMap = Wire<V1ConfigMap>;
export type ServiceAccount = Wire<V1ServiceAccount>;
export type PersistentVolume = Wire<V1PersistentVolume>;
export type PersistentVolumeClaim = Wire<V1PersistentVolumeClaim>;
export type Job = Wire<V1Job>;
export type PodSpec = NonNullable<NonNullable<Job['spec']>['template']['spec']>;
export type StorageClass = Wire<V1StorageClass>;
export type CsiDriver = Wire<V1CSIDriver>;
export type VolumeAttachment = Wire<V1VolumeAttachment>;
export type Lease = Wire<V1Lease>;
export type Event = Wire<EventsV1Event>;
export type CustomResourceDefinition = Wire<V1CustomResourceDefinition>;

const core = {group: '', version: 'v1', namespaced: true};
const storage = {group: 'storage.k8s.io', version: 'v1', namespaced: false};

export const namespaces = defineResource<Namespace>({...core, plural: 'namespaces', kind: 'Namespace', namespaced: false});
export const nodes = defineResource<Node>({...core, plural: 'nodes', kind: 'Node', namespaced: false});
export const pods = defineResource<Pod>({...core, plural: 'pods', kind: 'Pod'});
export const secrets = defineResource<Secret>({...core, plural: 'secrets', kind: 'Secret'});
export const configMaps = defineResource<ConfigMap>({...core, plural: 'configmaps', kind: 'ConfigMap'});
export const serviceAccounts = defineResource<ServiceAccount>({...core, plural: 'serviceaccounts', kind: 'ServiceAccount'});
export const persistentVolumes = defineResource<PersistentVolume>({...core, plural: 'persistentvolumes', kind: 'PersistentVolume', namespaced: false});
export const persistentVolumeClaims = defineResource<PersistentVolumeClaim>({...core, plural: 'persistentvolumeclaims', kind: 'PersistentVolumeClaim'});
export const jobs = defineResource<Job>({group: 'batch', version: 'v1', plural: 'jobs', kind: 'Job', namespaced: true});
export const storageClasses = defineResource<StorageClass>({...storage, plural: 'storageclasses', kind: 'StorageClass'});
export const csiDrivers = defineResource<CsiDriver>({...storage, plural: 'csidrivers', kind: 'CSIDriver'});
export const volumeAttachments = defineResource<VolumeAttachment>({...storage, plural: 'volumeattachments', kind: 'VolumeAttachment'});
export const leases = defineResource<Lease>({group: 'coordination.k8s.io', version: 'v1', plural: 'leases', kind: 'Lease', namespaced: true});
export const events = defineResource<Event>({group: 'events.k8s.io', version: 'v1', plural: 'events', kind: 'Event', namespaced: true});
export const customResourceDefinitions = defineResource<CustomResourceDefinition>({group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions', kind: 'CustomResourceDefinition', namespaced: false});
