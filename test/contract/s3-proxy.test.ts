import {createServer, request as forward} from 'node:http';
import {connect, createServer as createTcpServer} from 'node:net';
import test from 'ava';
import {neverAborts} from '../../src/base/abort.ts';
import {openStorage} from '../../src/storage/open-storage.ts';
import {makeCertificate} from './_certificates.ts';
import {once, shortTimeouts} from './_s3-suite.ts';
import {failure} from './_storage-contract.ts';
import {startVersitygw} from './_versitygw.ts';
import type {AddressInfo} from 'node:net';
import type {ExecutionContext} from 'ava';
import type {Storage} from '../../src/storage/storage.ts';

// This file sets environment variables, so its tests run one after the other.

/** An ordinary web proxy that finds every host on `port` of this machine. */
async function startWebProxy(t: ExecutionContext, port: number): Promise<{url: string; asked: string[]}> {
	const asked: string[] = [];
	const server = createServer((incoming, outgoing) => {
		asked.push(`${incoming.method} ${incoming.url}`);
		const url = new URL(incoming.url ?? '');
		const ahead = forward({host: '127.0.0.1', port, method: incoming.method, path: `${url.pathname}${url.search}`, headers: incoming.headers}, reply => {
			outgoing.writeHead(reply.statusCode ?? 500, reply.headers);
			reply.pipe(outgoing);
		});
		ahead.on('error', () => outgoing.destroy());
		incoming.pipe(ahead);
	});
	server.on('connect', (incoming, socket) => {
		asked.push(`CONNECT ${incoming.url}`);
		const ahead = connect(port, '127.0.0.1', () => {
			socket.write('HTTP/1.1 200 OK\r\n\r\n');
			ahead.pipe(socket).pipe(ahead);
		});
		for (const [one, other] of [[ahead, socket], [socket, ahead]] as const) one.on('error', () => other.destroy());
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	t.teardown(() => {
		server.closeAllConnections();
		server.close();
	});
	return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked};
}

function setEnvironment(t: ExecutionContext, values: Record<string, string>): void {
	Object.assign(process.env, values);
	t.teardown(() => {
		for (const name of Object.keys(values)) delete process.env[name];
	});
}

const streamed = async (storage: Storage): Promise<string> => Buffer.concat(await Array.fromAsync(storage.stream('config', neverAborts, {offset: 0, length: 1}), piece => Buffer.from(piece))).toString();

test.serial('a bucket is named in the host where that is asked for, and the proxy of the environment is used', async t => {
	const server = await startVersitygw(t, {virtualDomain: 's3.example.test'});
	const proxy = await startWebProxy(t, server.port);
	setEnvironment(t, {HTTP_PROXY: proxy.url});
	const location = await server.location({bucket: 'backups', prefix: 'here'});
	const storage = await openStorage({...location, endpoint: 'http://s3.example.test', addressing: 'VirtualHost'}, {credentials: server.credentials, retry: once});
	t.teardown(async () => storage.close());
	await storage.put('config', Buffer.from('x'), neverAborts);
	t.is((await storage.get('config', neverAborts)).toString(), 'x');
	t.regex(proxy.asked[0] ?? '', /^PUT http:\/\/backups\.s3\.example\.test\/here\/config/);
	t.is(await streamed(storage), 'x');
	t.is(proxy.asked.length, 3, 'streams go the same way');

	const direct = await openStorage(location, {credentials: server.credentials, retry: once});
	t.teardown(async () => direct.close());
	t.is((await direct.get('config', neverAborts)).toString(), 'x');
	t.is(await streamed(direct), 'x');
	t.is(proxy.asked.length, 3, 'what is on this machine is asked directly');
});

test.serial('TLS goes through the proxy of the environment as a tunnel, verified to the end', async t => {
	const certificate = await makeCertificate(t, {names: 'DNS:s3.example.test'});
	const server = await startVersitygw(t, {tls: certificate});
	const proxy = await startWebProxy(t, server.port);
	setEnvironment(t, {HTTPS_PROXY: proxy.url});
	const storage = await openStorage({...(await server.location()), endpoint: 'https://s3.example.test', caBundle: certificate.authority}, {credentials: server.credentials, retry: once});
	t.teardown(async () => storage.close());
	await storage.put('config', Buffer.from('x'), neverAborts);
	t.is((await storage.get('config', neverAborts)).toString(), 'x');
	t.is(await streamed(storage), 'x');
	t.deepEqual([...new Set(proxy.asked)], ['CONNECT s3.example.test:443']);
});

test.serial('a proxy that accepts and never answers is given up after the timeout', async t => {
	const silent = createTcpServer(socket => void socket.on('error', () => undefined).resume());
	await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
	t.teardown(() => silent.close());
	const proxy = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
	setEnvironment(t, {HTTPS_PROXY: proxy, HTTP_PROXY: proxy});
	for (const endpoint of ['https://s3.example.test', 'http://s3.example.test']) {
		const storage = await openStorage({kind: 's3', bucket: 'backups', endpoint}, {credentials: {accessKeyId: 'a', secretAccessKey: 's'}, retry: once, timeouts: shortTimeouts});
		const begun = performance.now();
		await failure(t, 'StoreUnreachable', storage.get('config', neverAborts));
		t.true(performance.now() - begun < 10_000);
		await storage.close();
	}
});
