import {mkdir, rename, rm, stat} from 'node:fs/promises';
import {run} from './command.ts';
import type {Layout} from './layout.ts';

type Certificate = {
	file: string;
	subject: string;
	use: 'serverAuth' | 'clientAuth';
	names?: string[];
};

/** Clients of the API server, by the file name of their certificate and kubeconfig. Each has its own user, so the audit log tells them apart. */
export const clients = {
	admin: '/O=system:masters/CN=admin',
	'kube-controller-manager': '/CN=system:kube-controller-manager',
	'kube-scheduler': '/CN=system:kube-scheduler',
	'kube-proxy': '/CN=system:kube-proxy',
	kubelet: '/O=system:nodes/CN=system:node:node1',
	coredns: '/CN=system:coredns',
	'snapshot-controller': '/O=system:masters/CN=snapshot-controller',
	'csi-snapshotter': '/O=system:masters/CN=csi-snapshotter',
	'csi-provisioner': '/O=system:masters/CN=csi-provisioner',
} as const;

export type Client = keyof typeof clients;

/** Makes the cluster's own authority and everything it signs, once; complete or not at all. */
export async function ensureCertificates(layout: Layout): Promise<void> {
	const folder = layout.path('pki');
	if (await stat(folder).catch(() => undefined)) return;
	const partial = `${folder}.partial`;
	await rm(partial, {recursive: true, force: true});
	await mkdir(partial, {recursive: true, mode: 0o700});
	await openssl(partial, [...selfSigned('/CN=lazarette-test-ca', 'ca'), ...extensions('critical,CA:TRUE', 'critical,keyCertSign,cRLSign')]);
	await run(['openssl', 'genrsa', '-out', `${partial}/service-accounts.key`, '2048']);
	await Promise.all(
		certificates(layout).map(async ({file, subject, use, names}) =>
			openssl(partial, [
				...selfSigned(subject, file),
				'-CA',
				'ca.crt',
				'-CAkey',
				'ca.key',
				...extensions('critical,CA:FALSE', 'critical,digitalSignature'),
				'-addext',
				`extendedKeyUsage=${use}`,
				...(names ? ['-addext', `subjectAltName=${names.join(',')}`] : []),
			]),
		),
	);
	await rename(partial, folder);
}

function certificates(layout: Layout): Certificate[] {
	const node = `IP:${layout.nodeIp}`;
	const apiNames = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local', 'localhost'];
	return [
		{
			file: 'kube-apiserver',
			subject: '/CN=kube-apiserver',
			use: 'serverAuth',
			names: [...apiNames.map(name => `DNS:${name}`), `IP:${layout.kubernetesServiceIp}`, 'IP:127.0.0.1', node],
		},
		{file: 'kubelet-serving', subject: `/CN=system:node:${layout.nodeName}/O=system:nodes`, use: 'serverAuth', names: [`DNS:${layout.nodeName}`, node]},
		{file: 'kube-apiserver-to-kubelet', subject: '/O=system:masters/CN=kube-apiserver-to-kubelet', use: 'clientAuth'},
		{file: 's3', subject: '/CN=s3', use: 'serverAuth', names: ['DNS:s3.s3.svc', 'DNS:s3.s3.svc.cluster.local', node]},
		...Object.entries(clients).map(([file, subject]) => ({file, subject, use: 'clientAuth' as const})),
	];
}

const selfSigned = (subject: string, file: string): string[] =>
	['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3650', '-subj', subject, '-keyout', `${file}.key`, '-out', `${file}.crt`];

const extensions = (basicConstraints: string, keyUsage: string): string[] => ['-addext', `basicConstraints=${basicConstraints}`, '-addext', `keyUsage=${keyUsage}`];

const openssl = async (cwd: string, parameters: string[]): Promise<string> => run(['openssl', ...parameters], {cwd});
