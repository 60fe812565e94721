import {access, stat} from 'node:fs/promises';
import {connect} from 'node:net';
import {containerRuntimeSocket, dnsReadyPort, s3Port, s3TlsPort} from './components/addresses.ts';
import {drivers, registeredMark} from './csi/drivers.ts';
import {startedAt} from './node/processes.ts';
import {waitUntil} from './wait-until.ts';
import type {AdminApi} from './api.ts';
import type {Layout} from './layout.ts';
import type {Node} from './node/namespaces.ts';

const bounds = (signal?: AbortSignal): {timeoutMs: number; signal?: AbortSignal} => ({timeoutMs: 120_000, ...(signal ? {signal} : {})});

export const apiServerReady = async (api: AdminApi, signal?: AbortSignal): Promise<boolean> =>
	waitUntil('the API server', async () => (await api.get('/readyz')).status === 200, bounds(signal));

/** The kubelet gives up when the runtime does not answer at its start. */
export const runtimeReady = async (node: Node, signal?: AbortSignal): Promise<boolean> =>
	waitUntil('the container runtime', async () => access(node.path(containerRuntimeSocket)).then(() => true), bounds(signal));

/** The server answers for a new kind a moment after its definition is stored. */
export const definitionsReady = async (api: AdminApi, signal?: AbortSignal): Promise<boolean> =>
	waitUntil('the snapshot kinds', async () => (await api.get('/apis/snapshot.storage.k8s.io/v1/volumesnapshotclasses')).status === 200, bounds(signal));

/** A pod with a volume, a Service name and a place to back up to would work now. */
export async function clusterReady(layout: Layout, node: Node, api: AdminApi, signal?: AbortSignal): Promise<void> {
	const read = async <T>(path: string): Promise<T> => {
		const {status, text} = await api.get(path);
		if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
		return JSON.parse(text) as T;
	};
	const kubeletStarted = await startedAt(node, 'kubelet');
	await Promise.all([
		waitUntil('the node', async () => isReady(await read<NodeObject>(`/api/v1/nodes/${layout.nodeName}`), kubeletStarted), bounds(signal)),
		...drivers.map(async ({name}) => waitUntil(`CSI driver ${name}`, async () => (await stat(node.path(registeredMark(name)))).mtimeMs > kubeletStarted, bounds(signal))),
		waitUntil('the default service account', async () => read('/api/v1/namespaces/default/serviceaccounts/default'), bounds(signal)),
		waitUntil('DNS', async () => (await fetch(`http://${layout.nodeIp}:${dnsReadyPort}/ready`)).ok, bounds(signal)),
		waitUntil('the S3 server', async () => (await fetch(`http://${layout.nodeIp}:${s3Port}/health`)).ok, bounds(signal)),
		waitUntil('the S3 server with TLS', async () => accepts(layout.nodeIp, s3TlsPort), bounds(signal)),
	]);
}

type NodeObject = {status?: {conditions?: {type: string; status: string; lastHeartbeatTime: string}[]}; spec?: {taints?: unknown[]}};

/** After a power cut the object still says what was true before it, so only what the present kubelet wrote counts. It writes whole seconds. */
function isReady({status, spec}: NodeObject, kubeletStarted: number): boolean {
	const ready = status?.conditions?.find(condition => condition.type === 'Ready' && condition.status === 'True');
	return ready !== undefined && Date.parse(ready.lastHeartbeatTime) + 1000 > kubeletStarted && !spec?.taints?.length;
}

async function accepts(host: string, port: number): Promise<boolean> {
	const {promise, resolve, reject} = Promise.withResolvers<boolean>();
	const socket = connect({host, port}, () => resolve(true)).on('error', reject);
	return promise.finally(() => socket.destroy());
}
