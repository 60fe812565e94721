import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {parse} from 'yaml';
import {moduleSources} from './binaries/sources.ts';
import {s3Port, s3TlsPort} from './components/addresses.ts';
import {drivers} from './csi/drivers.ts';
import type {ClusterObject} from './api.ts';
import type {Layout} from './layout.ts';

/** Everything that the cluster holds when it is ready, in the order in which it can be applied. */
export function clusterObjects(layout: Layout): ClusterObject[] {
	return [
		...dnsAccess(),
		// Components are processes of the node, not pods: a Service without selector and the node's address make them reachable by name.
		...published(layout, {namespace: 'kube-system', name: 'kube-dns', clusterIP: layout.dnsServiceIp, ports: [port('dns', 53, 53, 'UDP'), port('dns-tcp', 53, 53)]}),
		{apiVersion: 'v1', kind: 'Namespace', metadata: {name: 's3'}},
		...published(layout, {namespace: 's3', name: 's3', ports: [port('http', 80, s3Port), port('https', 443, s3TlsPort)]}),
		...drivers.map(driver => ({
			apiVersion: 'storage.k8s.io/v1',
			kind: 'CSIDriver',
			metadata: {name: driver.name},
			spec: {attachRequired: false, podInfoOnMount: false, fsGroupPolicy: 'File', volumeLifecycleModes: ['Persistent']},
		})),
		...storageClasses(),
	];
}

/** `btrfs` is what a good cluster offers, `plain` what a simple one does: no VolumeSnapshotClass exists for its driver. */
function storageClasses(): ClusterObject[] {
	const [btrfs, plain] = drivers;
	return [
		storageClass('btrfs', btrfs.name, {isDefault: true}),
		storageClass('btrfs-immediate', btrfs.name, {binding: 'Immediate'}),
		storageClass('btrfs-quota', btrfs.name, {parameters: {quota: 'true'}}),
		storageClass('plain', plain.name, {}),
	];
}

/** To be applied once the kind exists. `btrfs-broken` and `btrfs-slow` are faults to test with. */
export function snapshotClasses(): ClusterObject[] {
	const snapshotClass = (name: string, parameters?: Record<string, string>): ClusterObject => ({
		apiVersion: 'snapshot.storage.k8s.io/v1',
		kind: 'VolumeSnapshotClass',
		metadata: {name, ...(parameters ? {} : {annotations: {'snapshot.storage.kubernetes.io/is-default-class': 'true'}})},
		driver: drivers[0].name,
		deletionPolicy: 'Delete',
		...(parameters ? {parameters} : {}),
	});
	return [snapshotClass('btrfs'), snapshotClass('btrfs-broken', {fail: 'true'}), snapshotClass('btrfs-slow', {readyAfterSeconds: '5'})];
}

/** The snapshot kinds' definitions as their project publishes them. */
export async function snapshotDefinitions(): Promise<ClusterObject[]> {
	const folder = join(await moduleSources('definitions', 'github.com/kubernetes-csi/external-snapshotter/client/v8'), 'config/crd');
	const files = (await readdir(folder)).filter(file => file.startsWith('snapshot.storage.k8s.io_'));
	return Promise.all(files.map(async file => parse(await readFile(join(folder, file), 'utf8')) as ClusterObject));
}

function storageClass(name: string, provisioner: string, options: {isDefault?: true; binding?: 'Immediate'; parameters?: Record<string, string>}): ClusterObject {
	return {
		apiVersion: 'storage.k8s.io/v1',
		kind: 'StorageClass',
		metadata: {name, ...(options.isDefault ? {annotations: {'storageclass.kubernetes.io/is-default-class': 'true'}} : {})},
		provisioner,
		volumeBindingMode: options.binding ?? 'WaitForFirstConsumer',
		...(options.parameters ? {parameters: options.parameters} : {}),
	};
}

function dnsAccess(): ClusterObject[] {
	const user = 'system:coredns';
	return [
		{
			apiVersion: 'rbac.authorization.k8s.io/v1',
			kind: 'ClusterRole',
			metadata: {name: user},
			rules: [
				{apiGroups: [''], resources: ['services', 'pods', 'namespaces'], verbs: ['list', 'watch']},
				{apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch']},
			],
		},
		{
			apiVersion: 'rbac.authorization.k8s.io/v1',
			kind: 'ClusterRoleBinding',
			metadata: {name: user},
			roleRef: {apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: user},
			subjects: [{apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user}],
		},
	];
}

type Port = {name: string; port: number; target: number; protocol: 'TCP' | 'UDP'};

const port = (name: string, number: number, target: number, protocol: Port['protocol'] = 'TCP'): Port => ({name, port: number, target, protocol});

function published(layout: Layout, service: {namespace: string; name: string; clusterIP?: string; ports: Port[]}): ClusterObject[] {
	const {namespace, name, clusterIP, ports} = service;
	return [
		{
			apiVersion: 'v1',
			kind: 'Service',
			metadata: {name, namespace},
			spec: {...(clusterIP ? {clusterIP} : {}), ports: ports.map(({name, port, target, protocol}) => ({name, port, protocol, targetPort: target}))},
		},
		{
			apiVersion: 'discovery.k8s.io/v1',
			kind: 'EndpointSlice',
			metadata: {name, namespace, labels: {'kubernetes.io/service-name': name}},
			addressType: 'IPv4',
			endpoints: [{addresses: [layout.nodeIp]}],
			ports: ports.map(({name, target, protocol}) => ({name, port: target, protocol})),
		},
	];
}
