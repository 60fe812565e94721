import {readFile} from 'node:fs/promises';
import {clients} from './certificates.ts';
import {writeIfChanged} from './write-if-changed.ts';
import type {Client} from './certificates.ts';
import type {Layout} from './layout.ts';

export const apiServerUrl = (layout: Layout): string => `https://${layout.nodeIp}:6443`;

export const kubeconfigFile = (layout: Layout, client: Client): string => layout.path('kubeconfig', `${client}.yaml`);

/** One self-contained kubeconfig for each client. JSON is YAML. */
export async function writeKubeconfigs(layout: Layout): Promise<void> {
	const pki = async (file: string): Promise<string> => (await readFile(layout.path('pki', file))).toString('base64');
	const authority = await pki('ca.crt');
	for (const client of Object.keys(clients) as Client[]) {
		const kubeconfig = {
			apiVersion: 'v1',
			kind: 'Config',
			clusters: [{name: layout.name, cluster: {server: apiServerUrl(layout), 'certificate-authority-data': authority}}],
			users: [{name: client, user: {'client-certificate-data': await pki(`${client}.crt`), 'client-key-data': await pki(`${client}.key`)}}],
			contexts: [{name: layout.name, context: {cluster: layout.name, user: client}}],
			'current-context': layout.name,
		};
		await writeIfChanged(kubeconfigFile(layout, client), JSON.stringify(kubeconfig, undefined, '\t'), 0o600);
	}
}
