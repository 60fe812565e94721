import {randomBytes} from 'node:crypto';
import {localFile} from './_content.ts';
import {once as event} from 'node:events';
import {access} from 'node:fs/promises';
import {createServer} from 'node:net';
import {setTimeout as delay} from 'node:timers/promises';
import test from 'ava';
import {neverAborts} from '../../src/base/abort.ts';
import {systemClock} from '../../src/base/clock.ts';
import {LazaretteError} from '../../src/base/errors.ts';
import {once, quickly, s3Suite, shortTimeouts} from './_s3-suite.ts';
import {failure, listed} from './_storage-contract.ts';
import {freePort} from './_versitygw.ts';
import type {IncomingMessage} from 'node:http';
import type {AddressInfo, Socket} from 'node:net';
import type {ExecutionContext} from 'ava';
import type {ByteRange, Storage} from '../../src/storage/storage.ts';

const suite = s3Suite();

/** Each kind of call, so that a failure can be checked for all of them. */
const calls: Record<string, (storage: Storage) => Promise<unknown>> = {
	list: async storage => listed(storage, ''),
	get: async storage => storage.get('config', neverAborts),
	stream: async storage => streamed(storage, 'config', {offset: 0, length: 1}),
	stat: async storage => storage.stat('config', neverAborts),
	put: async storage => storage.put('config', Buffer.from('x'), neverAborts),
	putFile: async storage => storage.putFile('config', await localFile(storage, randomBytes(400_000)), neverAborts),
	remove: async storage => storage.remove('config', neverAborts),
};

test('a wrong secret is refused with the field to correct, and is in no message', async t => {
	const secretAccessKey = 'not-the-secret-4711';
	const storage = await suite.open(t, {}, {credentials: {...suite.server.credentials, secretAccessKey}});
	for (const [name, call] of Object.entries(calls)) {
		const error = await failure(t, 'AccessDenied', call(storage));
		t.is(error.retry, 'no');
		// The reply to HEAD has no body that could give the reason.
		t.regex(error.hint ?? '', name === 'stat' ? /allow s3:GetObject/ : /secretAccessKey does not belong to the accessKeyId/, name);
		t.notRegex(JSON.stringify([error.message, error.hint, error.context, String(error.cause), Object.entries(error.cause ?? {})]), /4711|contract-root|AWS4-HMAC/);
	}
});

test('an unknown access key is refused with the field to correct', async t => {
	const storage = await suite.open(t, {}, {credentials: {accessKeyId: 'nobody', secretAccessKey: 'x'}});
	const error = await failure(t, 'AccessDenied', calls.get!(storage));
	t.regex(error.hint ?? '', /does not know this accessKeyId/);
});

test('a missing bucket is told apart from a missing object in every call', async t => {
	const storage = await suite.open(t, {bucket: 'no-such-bucket'});
	for (const [name, call] of Object.entries(calls)) {
		const error = await failure(t, 'BucketNotFound', call(storage));
		t.regex(error.hint ?? '', /create bucket no-such-bucket/, name);
	}
});

test('an identity that may only add is refused when it removes, with the permission that it lacks', async t => {
	const credentials = await suite.server.createUser('append-only');
	const location = await suite.server.location({bucket: 'append-only-bucket', prefix: 'here'});
	await suite.server.putBucketPolicy(location.bucket, {
		Version: '2012-10-17',
		Statement: [
			{Effect: 'Allow', Principal: {AWS: ['append-only']}, Action: ['s3:PutObject', 's3:GetObject'], Resource: [`arn:aws:s3:::${location.bucket}/*`]},
			{Effect: 'Allow', Principal: {AWS: ['append-only']}, Action: ['s3:ListBucket'], Resource: [`arn:aws:s3:::${location.bucket}`]},
		],
	});
	const storage = await suite.open(t, location, {credentials});
	await storage.put('config', Buffer.from('kept'), neverAborts);
	const error = await failure(t, 'AccessDenied', storage.remove('config', neverAborts));
	t.regex(error.hint ?? '', /allow s3:DeleteObject on bucket append-only-bucket/);
	t.is((await storage.get('config', neverAborts)).toString(), 'kept');
	t.deepEqual(await listed(storage, ''), [{key: 'config', size: 4}]);
});

test('a store that refuses connections is unreachable, at once', async t => {
	const storage = await suite.open(t, {endpoint: `http://127.0.0.1:${await freePort()}`});
	for (const call of Object.values(calls)) t.like(await failure(t, 'StoreUnreachable', call(storage)), {retry: 'later'});
});

test('a host name that nobody knows is unreachable, with a hint at the endpoint', async t => {
	const storage = await suite.open(t, {endpoint: 'https://no-such-host.invalid'});
	const error = await failure(t, 'StoreUnreachable', calls.get!(storage));
	t.regex(error.hint ?? '', /host name of endpoint|check endpoint, DNS/);
});

/** So long that whatever waits for it is not what ends a transfer. */
const patience = {connectMs: 60_000, idleMs: 60_000};

test('a server that accepts and never answers is given up after the timeout', async t => {
	const silent = await silentServer(t);
	for (const scheme of ['http', 'https']) {
		const storage = await suite.open(t, {endpoint: `${scheme}://127.0.0.1:${silent.port}`}, {timeouts: shortTimeouts});
		for (const call of Object.values(calls)) {
			const begun = performance.now();
			const error = await failure(t, 'StoreUnreachable', call(storage));
			t.regex(error.message, /ETIMEDOUT/);
			t.true(performance.now() - begun < 20_000);
		}
	}

	while (silent.open.size > 0) await delay(5);
});

test('a store that refuses an upload before it has read it is understood, and the connection is not used again', async t => {
	const reply = s3ErrorBody('AccessDenied');
	const server = await tcpServer(t, socket => {
		socket.once('data', () => {
			socket.pause();
			socket.write(`HTTP/1.1 403 Forbidden\r\ncontent-type: application/xml\r\ncontent-length: ${reply.length}\r\n\r\n${reply}`);
		});
	});
	const storage = await suite.open(t, {endpoint: `http://127.0.0.1:${server.port}`}, {timeouts: patience});
	const begun = performance.now();
	await failure(t, 'AccessDenied', storage.put('data/ab/x', randomBytes(20 * 1024 * 1024), neverAborts));
	t.true(performance.now() - begun < 10_000);
	for (const socket of server.open) socket.resume();
	while (server.open.size > 0) await delay(5);
});

test('a store that takes longer to answer than to connect is waited for', async t => {
	const server = await tcpServer(t, socket => {
		socket.on('data', () => setTimeout(() => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nslow'), 3000));
	});
	const storage = await suite.open(t, {endpoint: `http://127.0.0.1:${server.port}`}, {timeouts: {connectMs: 1500, idleMs: 60_000}});
	for (let request = 0; request < 2; request++) t.is((await storage.get('config', neverAborts)).toString(), 'slow');
});

test('a transfer that stops in the middle is given up after the timeout', async t => {
	const bytes = randomBytes(4 * 1024 * 1024);
	let passed = 0;
	const holdLater = (piece: Buffer): Buffer | 'hold' => ((passed += piece.length) > 1_000_000 ? 'hold' : piece);
	const downloads = await suite.openThrough(t, {download: holdLater}, {timeouts: shortTimeouts, retry: once});
	await downloads.direct.put('data/ab/x', bytes, neverAborts);
	t.regex((await failure(t, 'StoreUnreachable', downloads.storage.get('data/ab/x', neverAborts))).message, /ETIMEDOUT/);
	passed = 0;
	t.regex((await failure(t, 'StoreUnreachable', streamed(downloads.storage, 'data/ab/x', {offset: 0, length: bytes.length}))).message, /ETIMEDOUT/);

	passed = 0;
	const uploads = await suite.openThrough(t, {upload: holdLater}, {timeouts: shortTimeouts, retry: once});
	t.regex((await failure(t, 'StoreUnreachable', uploads.storage.put('data/ab/y', bytes, neverAborts))).message, /ETIMEDOUT/);
	t.is(await uploads.direct.stat('data/ab/y', neverAborts), undefined);
});

test('a connection that breaks in the middle of a transfer is healed by a retry', async t => {
	const bytes = randomBytes(2 * 1024 * 1024);
	let cuts = 0;
	const cutTwice = (piece: Buffer): Buffer | 'cut' => (cuts++ < 2 ? 'cut' : piece);
	const {storage, direct} = await suite.openThrough(t, {download: cutTwice, upload: cutTwice}, {retry: quickly});
	const file = await localFile(storage, bytes);
	await storage.putFile('data/ab/x', file, neverAborts);
	t.true((await direct.get('data/ab/x', neverAborts)).equals(bytes));
	cuts = 0;
	t.true((await storage.get('data/ab/x', neverAborts)).equals(bytes));
});

test('a stream that breaks again and again goes on where it broke', async t => {
	const bytes = randomBytes(2 * 1024 * 1024);
	let passed = 0;
	const {storage, direct, proxy} = await suite.openThrough(t, {download: piece => ((passed += piece.length) > 400_000 ? ((passed = 0), 'cut') : piece)}, {retry: {...quickly, attempts: 20}});
	await direct.put('data/ab/x', bytes, neverAborts);
	t.true((await streamed(storage, 'data/ab/x', {offset: 5, length: bytes.length - 10})).equals(bytes.subarray(5, -5)));
	t.true(proxy.requests.length > 4, `${proxy.requests.length} requests`);
	const [first, second] = proxy.requests.map(({headers}) => Number(/^bytes=(\d+)-2097146$/.exec(headers.range ?? '')?.[1]));
	t.is(first, 5);
	t.true(second! > 5);
});

test('a reply that is shorter than it says is not taken for the object', async t => {
	const {storage, direct} = await suite.openThrough(t, {download: piece => (piece.length > 100 ? 'cut' : piece)});
	await direct.put('data/ab/x', randomBytes(50_000), neverAborts);
	await failure(t, 'StoreUnreachable', storage.get('data/ab/x', neverAborts));
	await failure(t, 'StoreUnreachable', storage.get('data/ab/x', neverAborts, {offset: 10, length: 20_000}));
	await failure(t, 'StoreUnreachable', streamed(storage, 'data/ab/x', {offset: 10, length: 20_000}));
});

test('a put whose reply was lost counts as done when the object there is its own, and only then', async t => {
	let lost = 0;
	const {storage, direct, proxy} = await suite.openThrough(t, {loseReply: request => request.method === 'PUT' && lost++ % 2 === 0}, {retry: quickly});
	await storage.put('locks/mine', Buffer.from('the same length 1'), neverAborts, {onlyIfAbsent: true});
	t.is((await direct.get('locks/mine', neverAborts)).toString(), 'the same length 1');
	t.is(proxy.requests.filter(({method}) => method === 'PUT').length, 2);

	await direct.put('config', Buffer.from('the same length 2'), neverAborts);
	await failure(t, 'ObjectExists', storage.put('config', Buffer.from('the same length 3'), neverAborts, {onlyIfAbsent: true}));
	t.is((await direct.get('config', neverAborts)).toString(), 'the same length 2');

	const file = await localFile(storage, randomBytes(300_000));
	await storage.putFile('data/ab/pack', file, neverAborts, {onlyIfAbsent: true});
	await t.throwsAsync(access(file.path), {code: 'ENOENT'});
});

test('a store that asks for fewer requests is given the time it names', async t => {
	const slept: number[] = [];
	const clock = {...systemClock, async sleep(ms: number) { slept.push(ms); }};
	let refusals = 0;
	const {storage} = await suite.openThrough(t, {answer: () => (++refusals <= 3 ? {status: refusals === 3 ? 429 : 503, headers: {'retry-after': '7'}, body: s3ErrorBody('SlowDown')} : undefined)}, {retry: quickly, clock});
	await storage.put('config', Buffer.from('x'), neverAborts);
	t.deepEqual(slept, [7000, 7000, 7000]);

	const strict = await suite.openThrough(t, {answer: () => ({status: 503, headers: {'retry-after': '7'}, body: s3ErrorBody('SlowDown')})});
	for (const name of ['get', 'stream'] as const) t.like(await failure(t, 'StoreThrottled', calls[name]!(strict.storage)), {retry: 'later', context: {retryAfterMs: 7000, status: 503}}, name);
	t.is(strict.proxy.requests.length, 2, 'one for each call');
});

test('a store without conditional writes still refuses to replace what it can see', async t => {
	const {storage, proxy} = await suite.openThrough(t, {answer: request => (request.headers['if-none-match'] ? {status: 501, body: s3ErrorBody('NotImplemented')} : undefined)});
	await storage.put('config', Buffer.from('first'), neverAborts, {onlyIfAbsent: true});
	await failure(t, 'ObjectExists', storage.put('config', Buffer.from('second'), neverAborts, {onlyIfAbsent: true}));
	const file = await localFile(storage, Buffer.from('third'));
	await failure(t, 'ObjectExists', storage.putFile('config', file, neverAborts, {onlyIfAbsent: true}));
	t.is((await storage.get('config', neverAborts)).toString(), 'first');
	t.is(proxy.requests.filter(({headers}) => headers['if-none-match'] !== undefined).length, 1, 'it is asked for only once');
});

test('an endpoint that is no S3 store is not taken for an empty one', async t => {
	const {storage} = await suite.openThrough(t, {answer: () => ({status: 404, headers: {'content-type': 'text/html'}, body: '<!doctype html><html><body>Not here</body>'})});
	for (const name of ['list', 'get', 'stream', 'put', 'remove'] as const) t.regex((await failure(t, 'BadRequest', calls[name]!(storage))).hint ?? '', /does not speak S3/, name);
	const other = await suite.openThrough(t, {answer: () => ({status: 200, headers: {'content-type': 'text/html'}, body: '<!doctype html><html><body>Welcome</body></html>'})});
	await t.throwsAsync(listed(other.storage, ''), {instanceOf: LazaretteError});
});

test('a store that ignores ranges is not believed', async t => {
	const {storage} = await suite.openThrough(t, {answer: () => ({status: 200, headers: {'content-length': '5'}, body: 'whole'})});
	t.regex((await failure(t, 'BadRequest', storage.get('config', neverAborts, {offset: 1, length: 2}))).hint ?? '', /does not support range requests/);
	t.regex((await failure(t, 'BadRequest', streamed(storage, 'config', {offset: 1, length: 2}))).hint ?? '', /does not support range requests/);
});

test('a store whose clock differs is asked again with its own time', async t => {
	const theirs = new Date(Date.now() + 3_600_000);
	const skewed = (request: IncomingMessage): boolean => !String(request.headers['x-amz-date']).startsWith(theirs.toISOString().replace(/[-:]/g, '').slice(0, 11));
	for (const name of ['get', 'stream'] as const) {
		const answer = (request: IncomingMessage): Answer => (skewed(request) ? {status: 403, headers: {date: theirs.toUTCString()}, body: s3ErrorBody('RequestTimeTooSkewed')} : {status: 200, headers: {'content-length': '1'}, body: 'x'});
		const {storage, proxy} = await suite.openThrough(t, {answer}, {retry: quickly});
		await calls[name]!(storage);
		t.is(proxy.requests.at(-1)?.headers['x-amz-date']?.slice(0, 11), theirs.toISOString().replace(/[-:]/g, '').slice(0, 11), name);
	}
});

test('a bucket in another region names the region to set', async t => {
	const {storage} = await suite.openThrough(t, {answer: () => ({status: 301, headers: {'x-amz-bucket-region': 'eu-central-1'}, body: s3ErrorBody('PermanentRedirect')})});
	t.regex((await failure(t, 'BadRequest', storage.get('config', neverAborts))).hint ?? '', /set region to eu-central-1/);
});

test('a cancelled transfer ends at once and closes its connection', async t => {
	const held = new Set<Socket>();
	const hold = (_: Buffer, request: IncomingMessage): 'hold' => {
		held.add(request.socket);
		return 'hold';
	};
	const {storage, direct} = await suite.openThrough(t, {download: hold, upload: hold}, {timeouts: patience});
	await direct.put('data/ab/x', randomBytes(2_000_000), neverAborts);
	const transfers = [
		async (signal: AbortSignal) => storage.get('data/ab/x', signal),
		async (signal: AbortSignal) => Array.fromAsync(storage.stream('data/ab/x', signal, {offset: 0, length: 2_000_000})),
		async (signal: AbortSignal) => storage.put('data/ab/y', randomBytes(2_000_000), signal),
		async (signal: AbortSignal) => listed({...storage, list: prefix => storage.list(prefix, signal)}, ''),
	];
	for (const transfer of transfers) {
		const controller = new AbortController();
		const running = transfer(controller.signal);
		while (held.size === 0) await delay(5);
		const begun = performance.now();
		controller.abort(new LazaretteError('DeadlineExceeded', 'enough'));
		await failure(t, 'DeadlineExceeded', running);
		t.true(performance.now() - begun < 5000);
		while ([...held].some(socket => !socket.destroyed)) await delay(5);
		held.clear();
	}
});

test('a store that was never reached is given up soon; one that has answered is waited for', async t => {
	let up = false;
	let elapsed = 0;
	const clock = {...systemClock, monotonicMs: () => elapsed, async sleep(ms: number) { elapsed += ms; }};
	const {storage} = await suite.openThrough(t, {answer: () => (up ? undefined : {status: 502})}, {clock, retry: {attempts: 1000, backoff: {firstMs: 1000, maxMs: 10_000}, totalMs: 300_000, firstContactMs: 20_000}});
	t.regex((await failure(t, 'StoreUnreachable', storage.stat('config', neverAborts))).message, /given up after \d attempts/);
	t.true(elapsed <= 20_000, `${elapsed} ms`);

	up = true;
	await storage.put('config', Buffer.from('x'), neverAborts);
	up = false;
	elapsed = 0;
	await failure(t, 'StoreUnreachable', storage.stat('config', neverAborts));
	t.true(elapsed > 250_000 && elapsed <= 300_000, `${elapsed} ms`);
});

type Answer = {status: number; headers?: Record<string, string>; body?: string};

async function streamed(storage: Storage, key: string, range: ByteRange): Promise<Buffer> {
	const pieces: Buffer[] = [];
	for await (const piece of storage.stream(key, neverAborts, range)) pieces.push(Buffer.from(piece));
	return Buffer.concat(pieces);
}

type TcpServer = {port: number; open: Set<Socket>};

const silentServer = async (t: ExecutionContext): Promise<TcpServer> => tcpServer(t, socket => socket.resume());

async function tcpServer(t: ExecutionContext, serve: (socket: Socket) => void): Promise<TcpServer> {
	const open = new Set<Socket>();
	const server = createServer(socket => {
		open.add(socket);
		socket.on('error', () => undefined).on('close', () => open.delete(socket));
		serve(socket);
	});
	server.listen(0, '127.0.0.1');
	await event(server, 'listening');
	t.teardown(() => {
		for (const socket of open) socket.destroy();
		server.close();
	});
	return {port: (server.address() as AddressInfo).port, open};
}

const s3ErrorBody = (code: string): string => `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>test</Message></Error>`;
