import {createServer} from 'node:http';
import {connect} from 'node:net';
import type {AddressInfo, Socket} from 'node:net';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import type {ExecutionContext} from 'ava';
import {systemClock} from '../../src/base/clock.ts';
import {createRegistry} from '../../src/base/metrics.ts';
import {createKubeClient} from '../../src/kube/client/create-kube-client.ts';
import type {KubeClient} from '../../src/kube/client/kube-client.ts';
import {loadKubeConfig} from '../../src/kube/client/load-kube-config.ts';
import type {KubeError} from '../../src/kube/kube-error.ts';
import {createKubeMetrics} from '../../src/kube/metrics.ts';
import {eventually, kubeconfigFile, openSockets} from './_kube-layer.ts';

type Access = {server: string; ca: Buffer; cert: Buffer; key: Buffer};

const {signal} = new AbortController();

async function adminAccess(): Promise<Access> {
	const config = loadKubeConfig({path: await kubeconfigFile()});
	const cluster = config.getCurrentCluster();
	const user = config.getCurrentUser();
	const read = async (file: string | undefined, data: string | undefined): Promise<Buffer> => (file ? readFile(file) : Buffer.from(data ?? '', 'base64'));
	return {server: cluster!.server, ca: await read(cluster!.caFile, cluster!.caData), cert: await read(user!.certFile, user!.certData), key: await read(user!.keyFile, user!.keyData)};
}

const access = await adminAccess();
/** Clusters of others may know us by something else. */
const certificateTest = access.cert.length > 0 ? test.serial : test.serial.skip;

async function folderFor(t: ExecutionContext): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), 'lazarette-kube-'));
	t.teardown(async () => rm(folder, {recursive: true}));
	return folder;
}

/** A client by a kubeconfig with these parts; `later` moves its clock. */
async function clientWith(t: ExecutionContext, folder: string, parts: {cluster: object; user: object}): Promise<{kube: KubeClient; later(ms: number): void}> {
	const path = join(folder, 'config');
	await writeFile(
		path,
		JSON.stringify({
			'apiVersion': 'v1',
			'kind': 'Config',
			'clusters': [{name: 'c', cluster: parts.cluster}],
			'users': [{name: 'u', user: parts.user}],
			'contexts': [{name: 'x', context: {cluster: 'c', user: 'u'}}],
			'current-context': 'x',
		}),
	);
	let offsetMs = 0;
	const clock = {...systemClock, monotonicMs: () => systemClock.monotonicMs() + offsetMs};
	const kube = createKubeClient({kubeConfig: loadKubeConfig({path}), metrics: createKubeMetrics(createRegistry()), clock});
	t.teardown(async () => kube.close());
	return {kube, later: ms => void (offsetMs += ms)};
}

const inline = ({server, ca, cert, key}: Access) => ({
	cluster: {server, 'certificate-authority-data': ca.toString('base64')},
	user: {'client-certificate-data': cert.toString('base64'), 'client-key-data': key.toString('base64')},
});

certificateTest('many calls at once start a credential plugin once', async t => {
	const folder = await folderFor(t);
	const credential = {apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: {clientCertificateData: access.cert.toString(), clientKeyData: access.key.toString()}};
	await writeFile(join(folder, 'credential.json'), JSON.stringify(credential));
	const exec = {apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args: ['-c', `echo run >> '${folder}/runs'; cat '${folder}/credential.json'`], interactiveMode: 'Never'};
	const {kube} = await clientWith(t, folder, {cluster: inline(access).cluster, user: {exec}});
	await Promise.all(Array.from({length: 20}, async () => kube.rawGet('/version', signal)));
	t.is(await readFile(join(folder, 'runs'), 'utf8'), 'run\n');
});

test('a credential plugin that fails is named, and what it printed is not repeated', async t => {
	const folder = await folderFor(t);
	const failing = async (script: string): Promise<KubeError> => {
		const {kube} = await clientWith(t, folder, {cluster: inline(access).cluster, user: {exec: {apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args: ['-c', script], interactiveMode: 'Never'}}});
		return (await t.throwsAsync(kube.rawGet('/version', signal))) as KubeError;
	};

	const refused = await failing('echo please log in >&2; exit 1');
	t.is(refused.reason, 'Credentials');
	t.regex(refused.message, /please log in/);
	const garbled = await failing('echo hunter2');
	t.is(garbled.reason, 'Credentials');
	t.false(garbled.message.includes('hunter2'));
});

certificateTest('a certificate that is renewed on disk is used soon, and the connections of the old one go', async t => {
	const folder = await folderFor(t);
	const [ca, cert, key] = ['ca.crt', 'client.crt', 'client.key'].map(file => join(folder, file)) as [string, string, string];
	await Promise.all([writeFile(ca, access.ca), writeFile(cert, access.cert), writeFile(key, access.key)]);
	const {kube, later} = await clientWith(t, folder, {cluster: {server: access.server, 'certificate-authority': ca}, user: {'client-certificate': cert, 'client-key': key}});
	const before = await openSockets();
	await kube.rawGet('/version', signal);
	t.is(await openSockets(), before + 1);

	await writeFile(cert, 'no certificate');
	await kube.rawGet('/version', signal);
	later(11_000);
	await t.throwsAsync(kube.rawGet('/version', AbortSignal.timeout(2000)), undefined, 'a broken certificate is noticed');
	await writeFile(cert, Buffer.concat([access.cert, Buffer.from('\n')]));
	later(11_000);
	await kube.rawGet('/version', signal);
	await eventually('only the new connection is left', async () => (await openSockets()) === before + 1);
});

certificateTest('calls go through the proxy of the kubeconfig', async t => {
	const folder = await folderFor(t);
	let tunnels = 0;
	const sockets = new Set<Socket>();
	const proxy = createServer().on('connect', (request, socket: Socket, head) => {
		tunnels++;
		const [host, port] = (request.url ?? '').split(':');
		const upstream = connect(Number(port), host, () => {
			socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
			upstream.write(head);
			upstream.pipe(socket).pipe(upstream);
		});
		sockets.add(socket).add(upstream);
		for (const end of [socket, upstream]) end.on('error', () => undefined);
	});
	await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
	t.teardown(() => {
		for (const socket of sockets) socket.destroy();
		proxy.close();
	});
	const {cluster, user} = inline(access);
	const {kube} = await clientWith(t, folder, {cluster: {...cluster, 'proxy-url': `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`}, user});
	for (let count = 0; count < 20; count++) await kube.rawGet('/version', signal);
	t.true(tunnels >= 1 && tunnels <= 2, `${tunnels} tunnels`);
});

certificateTest('a server that nobody trusts gets no request', async t => {
	const folder = await folderFor(t);
	const {kube} = await clientWith(t, folder, {cluster: {server: access.server}, user: inline(access).user});
	const error = (await t.throwsAsync(kube.rawGet('/version', signal))) as KubeError;
	t.is(error.reason, 'Unreachable');
	t.regex(error.message, /SIGNATURE|CERT/);
});
