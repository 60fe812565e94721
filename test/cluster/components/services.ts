import {kubeconfigFile} from '../kubeconfigs.ts';
import {dnsReadyPort, s3Port, s3TlsPort} from './addresses.ts';
import type {Component, ComponentContext} from './component.ts';

export function coredns({layout, binaries}: ComponentContext): Component {
	const corefile = layout.path('config/Corefile');
	return {
		name: 'coredns',
		argv: [binaries.command('coredns'), '-conf', corefile],
		files: {
			[corefile]: `.:53 {
	bind ${layout.nodeIp}
	errors
	ready ${layout.nodeIp}:${dnsReadyPort}
	kubernetes cluster.local in-addr.arpa ip6.arpa {
		kubeconfig ${kubeconfigFile(layout, 'coredns')}
		pods insecure
		ttl 5
	}
	cache 5
}
`,
		},
	};
}

export function registry({layout}: ComponentContext): Component {
	const config = layout.path('config/registry.yaml');
	return {
		name: 'docker-registry',
		argv: ['/usr/bin/docker-registry', 'serve', config],
		files: {
			[config]: JSON.stringify({
				version: 0.1,
				log: {level: 'warn', accesslog: {disabled: true}},
				storage: {filesystem: {rootdirectory: layout.path('registry')}, delete: {enabled: true}},
				http: {addr: '0.0.0.0:5000'},
			}),
		},
	};
}

/** Two processes over the same data: versitygw serves either plain HTTP or TLS. */
export const s3 = (context: ComponentContext): Component => versitygw(context, 's3', [`--port=:${s3Port}`, '--admin-port=127.0.0.1:7080']);

export const s3Tls = (context: ComponentContext): Component =>
	versitygw(context, 's3-tls', [`--port=:${s3TlsPort}`, `--cert=${context.layout.path('pki/s3.crt')}`, `--key=${context.layout.path('pki/s3.key')}`]);

function versitygw({layout, record, binaries}: ComponentContext, name: string, options: string[]): Component {
	return {
		name,
		argv: [
			binaries.command('versitygw'),
			...options,
			`--iam-dir=${layout.path('s3/accounts')}`,
			'--health=/health',
			'--keep-alive',
			'--quiet',
			'posix',
			`--versioning-dir=${layout.path('s3/versions')}`,
			layout.path('s3/data'),
		],
		environment: {ROOT_ACCESS_KEY: record.s3.accessKeyId, ROOT_SECRET_KEY: record.s3.secretAccessKey},
	};
}
