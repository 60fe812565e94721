import {Agent, request} from 'node:https';
import {readFile} from 'node:fs/promises';
import type {Layout} from './layout.ts';

export type ClusterObject = {
	apiVersion: string;
	kind: string;
	metadata: {name: string; namespace?: string; [key: string]: unknown};
	[key: string]: unknown;
};

export type Answer = {status: number; text: string};

/** The little of the API that bringing a cluster up needs, as the admin. It depends on nothing that the project itself builds: a mistake there must not stop the cluster. */
export type AdminApi = {
	get(path: string): Promise<Answer>;
	/** Server-side apply, forced: repeatable over anything that was there. */
	apply(object: ClusterObject): Promise<void>;
	close(): void;
};

export async function adminApi(layout: Layout): Promise<AdminApi> {
	const pki = async (file: string): Promise<Buffer> => readFile(layout.path('pki', file));
	const agent = new Agent({keepAlive: true, ca: await pki('ca.crt'), cert: await pki('admin.crt'), key: await pki('admin.key')});
	const send = async (method: string, path: string, body?: string): Promise<Answer> => {
		const {promise, resolve, reject} = Promise.withResolvers<Answer>();
		const headers = body === undefined ? {} : {'content-type': 'application/apply-patch+yaml', 'content-length': Buffer.byteLength(body)};
		const outgoing = request({host: layout.nodeIp, port: 6443, method, path, agent, timeout: 10_000, headers: {'user-agent': 'lazarette-test-cluster', ...headers}}, response => {
			let text = '';
			response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
			response.on('end', () => resolve({status: response.statusCode ?? 0, text})).on('error', reject);
		});
		outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer to ${method} ${path} within 10 s`))).on('error', reject);
		outgoing.end(body);
		return promise;
	};

	return {
		get: async path => send('GET', path),
		async apply(object) {
			const path = `${pathOf(object)}?fieldManager=lazarette-test-cluster&force=true`;
			const {status, text} = await send('PATCH', path, JSON.stringify(object));
			if (status >= 300) throw new Error(`${object.kind} ${object.metadata.name} was not applied: ${status} ${text}`);
		},
		close: () => agent.destroy(),
	};
}

export function pathOf({apiVersion, kind, metadata: {namespace, name}}: ClusterObject): string {
	const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
	const singular = kind.toLowerCase();
	const plural = singular.endsWith('s') ? `${singular}es` : singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`;
	return `${group}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${plural}/${name}`;
}
