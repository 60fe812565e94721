import {kubeconfigFile} from '../kubeconfigs.ts';
import {volumePlugins} from './node.ts';
import {manyRequests} from './requests.ts';
import type {Component, ComponentContext} from './component.ts';

const etcdUrl = 'http://127.0.0.1:2379';

export const auditLog = ({layout}: Pick<ComponentContext, 'layout'>): string => layout.path('log/audit.log');

export const etcd = ({layout, binaries}: ComponentContext): Component => ({
	name: 'etcd',
	argv: [
		binaries.command('server'),
		`--data-dir=${layout.path('etcd')}`,
		`--listen-client-urls=${etcdUrl}`,
		`--advertise-client-urls=${etcdUrl}`,
		'--listen-peer-urls=http://127.0.0.1:2380',
		// Safe for every kill: the page cache outlives the process. Only a lost machine could lose writes.
		'--unsafe-no-fsync',
		'--log-level=warn',
	],
});

export function kubeApiserver(context: ComponentContext): Component {
	const {layout, binaries} = context;
	const pki = (file: string): string => layout.path('pki', file);
	const policy = layout.path('config/audit-policy.yaml');
	return {
		name: 'kube-apiserver',
		argv: [
			binaries.command('kube-apiserver'),
			`--etcd-servers=${etcdUrl}`,
			`--bind-address=${layout.nodeIp}`,
			`--advertise-address=${layout.nodeIp}`,
			'--secure-port=6443',
			`--service-cluster-ip-range=${layout.serviceCidr}`,
			`--tls-cert-file=${pki('kube-apiserver.crt')}`,
			`--tls-private-key-file=${pki('kube-apiserver.key')}`,
			`--client-ca-file=${pki('ca.crt')}`,
			`--service-account-key-file=${pki('service-accounts.key')}`,
			`--service-account-signing-key-file=${pki('service-accounts.key')}`,
			'--service-account-issuer=https://kubernetes.default.svc.cluster.local',
			'--authorization-mode=Node,RBAC',
			'--enable-admission-plugins=NodeRestriction',
			'--allow-privileged=true',
			`--kubelet-client-certificate=${pki('kube-apiserver-to-kubelet.crt')}`,
			`--kubelet-client-key=${pki('kube-apiserver-to-kubelet.key')}`,
			`--kubelet-certificate-authority=${pki('ca.crt')}`,
			// The node's name resolves nowhere; without this `kubectl logs` and `exec` fail.
			'--kubelet-preferred-address-types=InternalIP',
			`--audit-policy-file=${policy}`,
			`--audit-log-path=${auditLog(context)}`,
			'--audit-log-maxsize=200',
			'--audit-log-maxbackup=1',
		],
		files: {
			[policy]: JSON.stringify({apiVersion: 'audit.k8s.io/v1', kind: 'Policy', omitStages: ['RequestReceived'], rules: [{level: 'Metadata'}]}),
		},
	};
}

export const kubeControllerManager = ({layout, binaries}: ComponentContext): Component => ({
	name: 'kube-controller-manager',
	argv: [
		binaries.command('kube-controller-manager'),
		`--kubeconfig=${kubeconfigFile(layout, 'kube-controller-manager')}`,
		'--bind-address=127.0.0.1',
		`--service-account-private-key-file=${layout.path('pki/service-accounts.key')}`,
		`--root-ca-file=${layout.path('pki/ca.crt')}`,
		'--use-service-account-credentials',
		'--allocate-node-cidrs',
		`--cluster-cidr=${layout.podCidr}`,
		'--node-cidr-mask-size=24',
		`--service-cluster-ip-range=${layout.serviceCidr}`,
		`--flex-volume-plugin-dir=${volumePlugins}`,
		'--leader-elect=false',
		...manyRequests,
	],
});

export const kubeScheduler = ({layout, binaries}: ComponentContext): Component => ({
	name: 'kube-scheduler',
	argv: [binaries.command('kube-scheduler'), `--kubeconfig=${kubeconfigFile(layout, 'kube-scheduler')}`, '--bind-address=127.0.0.1', '--leader-elect=false', ...manyRequests],
});
