import {randomBytes} from 'node:crypto';
import {setTimeout as delay} from 'node:timers/promises';
import {readFile} from 'node:fs/promises';
import test from 'ava';
import {neverAborts} from '../../src/base/abort.ts';
import {socketOpener} from '../../src/storage/s3/receive/open-socket.ts';
import {createReceiver} from '../../src/storage/s3/receive/receiver.ts';
import {makeCertificate} from './_certificates.ts';
import {startRawPeer} from './_raw-peer.ts';
import type {ExecutionContext} from 'ava';
import type {Receiver, Reply} from '../../src/storage/s3/receive/receiver.ts';
import type {RawConnection, RawPeer} from './_raw-peer.ts';

// Peers that speak wrong, late or not at all. What a real store says is in the other suites.

/** Longer than this machine could keep a test waiting. */
const patient = {connectMs: 60_000, idleMs: 60_000};
const short = {connectMs: 400, idleMs: 400};

async function receiverFor(t: ExecutionContext, {port}: RawPeer, options: {maxConnections?: number; caBundle?: string; timeouts?: typeof patient} = {}): Promise<Receiver> {
	const {maxConnections = 4, caBundle, timeouts = patient} = options;
	const open = await socketOpener({secure: caBundle !== undefined, hostname: '127.0.0.1', port, ...(caBundle === undefined ? {} : {caBundle})});
	const receiver = createReceiver({open, timeouts, maxConnections});
	t.teardown(() => receiver.destroy());
	return receiver;
}

const ask = async (receiver: Receiver, signal = neverAborts): Promise<Reply | undefined> => receiver.receive('/bucket/key', {host: 'store'}, signal);

async function bytesOf(reply: Reply | undefined): Promise<Buffer> {
	const pieces: Buffer[] = [];
	for await (const piece of reply!) pieces.push(Buffer.from(piece));
	return Buffer.concat(pieces);
}

const text = async (reply: Reply | undefined): Promise<string> => (await bytesOf(reply)).toString();

const ok = (length: number, ...lines: string[]): string => ['HTTP/1.1 200 OK', `content-length: ${length}`, ...lines, '', ''].join('\r\n');

/** Says the same to every request on every connection. */
const always =
	(answer: string | Buffer) =>
	async ({request, socket}: RawConnection): Promise<void> => {
		while ((await request()) !== undefined) socket.write(answer);
	};

type Failure = Error & {code?: string; reusedSocket?: boolean; $metadata?: {httpStatusCode?: number}; $response?: {headers: Record<string, string>}};

const failureOf = async (work: Promise<unknown>): Promise<Failure> => work.then(() => Promise.reject(new Error('it did not fail')), (error: unknown) => error as Failure);

test('a reply is read whole however it is cut, and one connection serves the requests that follow each other', async t => {
	const body = randomBytes(300);
	const peer = await startRawPeer(t, async ({request, socket}) => {
		for (let size = 1; (await request()) !== undefined; size *= 3) {
			const bytes = Buffer.concat([Buffer.from(ok(body.length, 'etag: "x"')), body]);
			for (let at = 0; at < bytes.length; at += size) {
				socket.write(bytes.subarray(at, at + size));
				await new Promise(resolve => setImmediate(resolve));
			}
		}
	});
	const receiver = await receiverFor(t, peer);
	for (let round = 0; round < 6; round++) t.true((await bytesOf(await ask(receiver))).equals(body), `round ${round}`);
	t.is(peer.connections.length, 1);
});

test('large bodies arrive unchanged, several at a time and while their reader is slow', async t => {
	const body = randomBytes(5_000_000);
	const peer = await startRawPeer(t, always(Buffer.concat([Buffer.from(ok(body.length)), body])));
	const receiver = await receiverFor(t, peer);
	const slowly = async (): Promise<void> => {
		let at = 0;
		for await (const piece of (await ask(receiver))!) {
			await new Promise(resolve => setImmediate(resolve));
			if (!body.subarray(at, at + piece.length).equals(piece)) t.fail(`bytes from ${at} are others`);
			at += piece.length;
		}
		t.is(at, body.length);
	};
	await Promise.all([slowly(), slowly(), slowly()]);
	await slowly();
	t.is(peer.connections.length, 3);
});

test('the same over TLS, whose records come by the dozen', async t => {
	const {certificate, key, authority} = await makeCertificate(t);
	const body = randomBytes(5_000_000);
	const peer = await startRawPeer(t, always(Buffer.concat([Buffer.from(ok(body.length)), body])), {cert: await readFile(certificate), key: await readFile(key)});
	const receiver = await receiverFor(t, peer, {caBundle: authority});
	for (const pause of [0, 1, 7]) {
		let at = 0;
		let pieces = 0;
		for await (const piece of (await ask(receiver))!) {
			if (pause > 0 && ++pieces % pause === 0) await new Promise(resolve => setImmediate(resolve));
			if (!body.subarray(at, at + piece.length).equals(piece)) t.fail(`bytes from ${at} are others`);
			at += piece.length;
		}
		t.is(at, body.length);
	}
	t.is(peer.connections.length, 1);
	await t.throwsAsync(async () => ask(await receiverFor(t, peer, {caBundle: (await makeCertificate(t)).authority})), {code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'});
});

test('a reader may leave early: behind the last byte the connection is kept, before it is closed', async t => {
	const body = randomBytes(3_000_000);
	const peer = await startRawPeer(t, always(Buffer.concat([Buffer.from(ok(body.length)), body])));
	const receiver = await receiverFor(t, peer);
	let read = 0;
	for await (const piece of (await ask(receiver))!) if ((read += piece.length) === body.length) break;
	for await (const _ of (await ask(receiver))!) break;
	await peer.connections[0]?.closed;
	t.true((await bytesOf(await ask(receiver))).equals(body));
	t.is(peer.connections.length, 2);

	(await ask(receiver))?.destroy();
	await peer.connections[1]?.closed;
	t.pass('a body that nobody began to read keeps no connection');
});

test('a connection that the peer closes between two requests is not used again', async t => {
	const peer = await startRawPeer(t, async ({request, socket}, number) => {
		await request();
		socket.end(ok(1) + number);
	});
	const receiver = await receiverFor(t, peer);
	t.is(await text(await ask(receiver)), '0');
	await peer.connections[0]?.closed;
	t.is(await text(await ask(receiver)), '1');
});

test('a connection that the peer closes when the next request comes is told apart from a peer that is gone', async t => {
	const peer = await startRawPeer(t, async ({request, socket}) => {
		await request();
		socket.write(`${ok(1)}x`);
		await request();
		socket.destroy();
	});
	const receiver = await receiverFor(t, peer);
	t.is(await text(await ask(receiver)), 'x');
	t.like(await failureOf(ask(receiver)), {code: 'ECONNRESET', reusedSocket: true});
	t.is(await text(await ask(receiver)), 'x');
	t.is(peer.connections.length, 2);
});

test('a peer that closes within the head or the body is told, however it closes', async t => {
	for (const [said, how] of [['', 'end'], ['HTTP/1.1 20', 'end'], [`${ok(10)}12345`, 'end'], ['', 'destroy'], [`${ok(10)}12345`, 'destroy'], [`${ok(10)}12345`, 'resetAndDestroy']] as const) {
		const peer = await startRawPeer(t, async ({request, socket}) => {
			await request();
			socket.write(said, () => socket[how]());
		});
		const receiver = await receiverFor(t, peer);
		const error = await failureOf(ask(receiver).then(bytesOf));
		t.like(error, {code: 'ECONNRESET', reusedSocket: false}, `${said} ${how}`);
		await peer.connections[0]?.closed;
	}
});

test('a peer that falls silent is given up, wherever in its reply', async t => {
	for (const said of ['', 'HTTP/1.1 200 OK\r\n', `${ok(10)}12345`]) {
		const peer = await startRawPeer(t, always(said));
		const receiver = await receiverFor(t, peer, {timeouts: short});
		t.like(await failureOf(ask(receiver).then(bytesOf)), {code: 'ETIMEDOUT'}, said);
		await peer.connections[0]?.closed;
	}
});

test('the time that a reader takes is not held against the peer', async t => {
	const body = randomBytes(3_000_000);
	const peer = await startRawPeer(t, always(Buffer.concat([Buffer.from(ok(body.length)), body])));
	const receiver = await receiverFor(t, peer, {timeouts: {...patient, idleMs: 1000}});
	const pieces: Buffer[] = [];
	for await (const piece of (await ask(receiver))!) {
		pieces.push(Buffer.from(piece));
		if (pieces.length === 2) await delay(1500);
	}
	t.true(Buffer.concat(pieces).equals(body));
});

test('what follows a body belongs to nobody: it is not read as the next reply', async t => {
	const peer = await startRawPeer(t, async ({request, socket}, number) => {
		await request();
		socket.write(`${ok(5)}whole${number === 0 ? `${ok(6)}poison` : ''}`);
		await request();
		socket.write(`${ok(5)}again`);
	});
	const receiver = await receiverFor(t, peer);
	t.is(await text(await ask(receiver)), 'whole');
	t.is(await text(await ask(receiver)), 'whole');
	await peer.connections[0]?.closed;
	t.is(peer.connections.length, 2);
});

test('bytes that come between two requests end the connection', async t => {
	const peer = await startRawPeer(t, async ({request, socket, closed}, number) => {
		if (number === 0) {
			await request();
			socket.write(`${ok(5)}whole`);
			await delay(20);
			socket.write(`${ok(6)}poison`);
			await closed;
		} else await always(`${ok(5)}fresh`)(peer.connections[number]!);
	});
	const receiver = await receiverFor(t, peer);
	t.is(await text(await ask(receiver)), 'whole');
	await peer.connections[0]?.closed;
	t.is(await text(await ask(receiver)), 'fresh');
});

test('every reply but a plain success is left to others, and its connection is closed', async t => {
	for (const said of [
		'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n',
		'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx',
		'HTTP/1.1 200 OK\r\n\r\nuntil the end',
		'HTTP/1.1 100 Continue\r\n\r\n',
		'HTTP/1.1 301 Moved\r\ncontent-length: 0\r\nlocation: /\r\n\r\n',
		'HTTP/1.1 304 Not Modified\r\n\r\n',
		'HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\nno',
		'HTTP/1.1 200 OK\ncontent-length: 1\n\nx\r\n\r\n',
		'SSH-2.0-OpenSSH_9.2\r\n\r\n',
		`HTTP/1.1 200 OK\r\nx-long: ${'x'.repeat(20_000)}\r\ncontent-length: 1\r\n\r\nx`,
		`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(4000)}`,
	]) {
		const peer = await startRawPeer(t, always(said));
		const receiver = await receiverFor(t, peer);
		t.is(await ask(receiver), undefined, said.slice(0, 60));
		await peer.connections[0]?.closed;
	}
});

test('a store in trouble is not asked twice: its status and its wish to be left alone are told', async t => {
	for (const said of ['HTTP/1.1 503 Slow Down\r\nretry-after: 7\r\ncontent-length: 4\r\n\r\nbusy', 'HTTP/1.1 429 Too Many Requests\r\nretry-after: 7\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n']) {
		const peer = await startRawPeer(t, always(said));
		const receiver = await receiverFor(t, peer);
		const error = await failureOf(ask(receiver));
		t.is(error.$metadata?.httpStatusCode, Number(said.slice(9, 12)));
		t.is(error.$response?.headers['retry-after'], '7');
		await peer.connections[0]?.closed;
	}
});

test('a request that is cancelled ends at once and closes its connection, whenever that is', async t => {
	const body = randomBytes(3_000_000);
	const peer = await startRawPeer(t, async ({request, socket}, number) => {
		await request();
		if (number > 0) socket.write(Buffer.concat([Buffer.from(ok(body.length)), body]).subarray(0, 2_000_000));
	});
	const receiver = await receiverFor(t, peer, {maxConnections: 1});

	const waiting = new AbortController();
	const answer = failureOf(ask(receiver, waiting.signal));
	while (peer.connections.length === 0) await delay(1);
	waiting.abort();
	t.is((await answer).message, 'request cancelled');
	await peer.connections[0]?.closed;

	const reading = new AbortController();
	let read = 0;
	const error = await failureOf(
		(async () => {
			for await (const piece of (await ask(receiver, reading.signal))!) if ((read += piece.length) > 100_000) reading.abort();
		})(),
	);
	t.is(error.message, 'request cancelled');
	t.true(read < body.length);
	await peer.connections[1]?.closed;

	t.is((await failureOf(ask(receiver, AbortSignal.abort()))).message, 'request cancelled');
});

test('no more connections are open than were asked for: who comes too late is told at once', async t => {
	const peer = await startRawPeer(t, always(`${ok(1)}x`));
	const receiver = await receiverFor(t, peer, {maxConnections: 2});
	const one = await ask(receiver);
	const two = await ask(receiver);
	t.is(await ask(receiver), undefined);
	t.is(await text(one), 'x');
	t.is(await text(await ask(receiver)), 'x');
	t.is(await text(two), 'x');
	t.is(peer.connections.length, 2);
});

test('a host that does not answer a connection, or refuses it, is told', async t => {
	const silent = await startRawPeer(t, async () => undefined);
	const {certificate: _, authority} = await makeCertificate(t);
	const receiver = await receiverFor(t, silent, {caBundle: authority, timeouts: short});
	t.like(await failureOf(ask(receiver)), {code: 'ETIMEDOUT', message: 'no connection within 400 ms'});
	await silent.connections[0]?.closed;
	t.like(await failureOf(ask(await receiverFor(t, {port: 1, connections: []}))), {code: 'ECONNREFUSED', reusedSocket: false});
});
