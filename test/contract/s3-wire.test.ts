import {createHash, randomBytes} from 'node:crypto';
import {truncate, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../src/base/abort.ts';
import {systemClock} from '../../src/base/clock.ts';
import {localFile, sha256} from './_content.ts';
import {once, quickly, s3Suite} from './_s3-suite.ts';
import {failure, listed} from './_storage-contract.ts';
import type {ExecutionContext} from 'ava';
import type {Storage} from '../../src/storage/storage.ts';

const suite = s3Suite();

test('an upload is plain S3: exact length, the known SHA-256 signed and as checksum, nothing hashed twice, no chunk framing', async t => {
	const {storage, proxy} = await suite.openThrough(t, {});
	const bytes = randomBytes(700_000);
	await storage.put('index/a', bytes, neverAborts, {sha256: sha256(bytes)});
	assertPlain(t, proxy.requests[0]?.headers, sha256(bytes), bytes.length);
	await storage.put('index/b', bytes, neverAborts);
	assertPlain(t, proxy.requests[1]?.headers, sha256(bytes), bytes.length);
	const file = await localFile(storage, bytes);
	await storage.putFile('data/ab/a', file, neverAborts);
	assertPlain(t, proxy.requests[2]?.headers, sha256(bytes), bytes.length);
	t.is(proxy.requests.length, 3);
});

function assertPlain(t: ExecutionContext, headers: Record<string, string> | undefined, hash: string, size: number): void {
	t.like(headers, {'content-length': String(size), 'x-amz-content-sha256': hash, 'x-amz-checksum-sha256': Buffer.from(hash, 'hex').toString('base64')});
	t.regex(headers?.authorization ?? '', /^AWS4-HMAC-SHA256 .*SignedHeaders=[^,]*content-length[^,]*x-amz-checksum-sha256;x-amz-content-sha256/);
	for (const name of ['transfer-encoding', 'content-encoding', 'content-md5', 'x-amz-trailer', 'x-amz-decoded-content-length', 'expect', 'x-amz-sdk-checksum-algorithm']) t.false(Object.hasOwn(headers ?? {}, name), name);
}

// Serial, because it measures the memory of the process: AVA runs it before the others, alone.
test.serial('a file of more than 64 MiB is uploaded in one go, through a small buffer', async t => {
	const storage = await suite.open(t);
	const size = 80 * 1024 * 1024;
	const path = join(storage.scratchDirectory, 'large');
	await writeFile(path, '');
	await truncate(path, size);
	const hash = createHash('sha256');
	const zeros = Buffer.alloc(1024 * 1024);
	for (let done = 0; done < size; done += zeros.length) hash.update(zeros);

	const before = process.memoryUsage().arrayBuffers;
	let most = before;
	let looks = 0;
	const watch = setInterval(() => {
		looks++;
		most = Math.max(most, process.memoryUsage().arrayBuffers);
	}, 1);
	await storage.putFile('data/ab/large', {path, size, sha256: hash.digest('hex')}, neverAborts);
	clearInterval(watch);
	t.true(looks > 5, `it was looked at ${looks} times`);
	t.true(most - before < 8 * 1024 * 1024, `${Math.round((most - before) / 1024 / 1024)} MiB of buffers for a file of 80 MiB`);
	t.is((await storage.stat('data/ab/large', neverAborts))?.size, size);
	t.true((await storage.get('data/ab/large', neverAborts, {offset: size - 10, length: 10})).equals(Buffer.alloc(10)));
});

test('an upload that is changed on its way is refused by the store, and a retry heals it', async t => {
	let changes = 0;
	const flipOnce = (piece: Buffer): Buffer => {
		if (changes++ > 0) return piece;
		const changed = Buffer.from(piece);
		changed[100] = (changed[100] ?? 0) ^ 1;
		return changed;
	};
	const bytes = randomBytes(300_000);

	const strict = await suite.openThrough(t, {upload: flipOnce}, {retry: once});
	const error = await failure(t, 'VerificationFailed', strict.storage.put('index/a', bytes, neverAborts));
	t.regex(error.message, /cannot write index\/a .*XAmzContentSHA256Mismatch \(HTTP 400\)/);
	t.is(await strict.direct.stat('index/a', neverAborts), undefined);

	changes = 0;
	const healing = await suite.openThrough(t, {upload: flipOnce}, {retry: quickly});
	const file = await localFile(healing.storage, bytes);
	await healing.storage.putFile('data/ab/a', file, neverAborts);
	t.is(healing.proxy.requests.length, 2);
	t.deepEqual(sha256(await healing.direct.get('data/ab/a', neverAborts)), file.sha256);
});

test('requests one after the other use one connection, large uploads included, and streams another', async t => {
	const {storage, proxy} = await suite.openThrough(t, {});
	for (let index = 0; index < 5; index++) {
		const file = await localFile(storage, randomBytes(3 * 1024 * 1024));
		await storage.putFile(`data/ab/${index}`, file, neverAborts);
		await storage.get(`data/ab/${index}`, neverAborts, {offset: 10, length: 1000});
		await storage.stat(`data/ab/none`, neverAborts);
	}
	t.is(proxy.connections, 1);

	for (let index = 0; index < 5; index++) {
		t.is(await streamedBytes(storage, `data/ab/${index}`, 3 * 1024 * 1024 - 1), 3 * 1024 * 1024 - 1);
		await storage.stat(`data/ab/none`, neverAborts);
	}
	t.is(proxy.connections, 2);
});

test('a listing asks for further pages only as long as there are any', async t => {
	const {storage, proxy, direct} = await suite.openThrough(t, {});
	for (let begin = 0; begin < 2100; begin += 30) await Promise.all(Array.from({length: 30}, async (_, index) => direct.put(`locks/${begin + index}`, Buffer.from('x'), neverAborts)));
	t.is((await listed(storage, '')).length, 2100);
	t.is(proxy.requests.length, 3);
	t.true(proxy.requests.every(({method, url}) => method === 'GET' && url.includes('list-type=2')));
});

test('a listing whose second page fails goes on where it stood', async t => {
	let pages = 0;
	const {storage, direct} = await suite.openThrough(t, {answer: () => (++pages === 2 ? {status: 500} : undefined)}, {retry: quickly});
	for (let begin = 0; begin < 1100; begin += 50) await Promise.all(Array.from({length: 50}, async (_, index) => direct.put(`locks/${begin + index}`, Buffer.from('x'), neverAborts)));
	const keys = (await listed(storage, 'locks/')).map(({key}) => key);
	t.is(keys.length, 1100);
	t.is(new Set(keys).size, 1100);
	t.is(pages, 3);
});

test('a limit holds within a transfer, so that a large file leaves room for others on a thin line', async t => {
	const slept: number[] = [];
	const clock = {...systemClock, monotonicMs: () => slept.reduce((sum, ms) => sum + ms, 0), async sleep(ms: number) { slept.push(ms); }};
	const storage = await suite.open(t, {}, {clock, limits: {upload: 262_144, download: 100_000}});
	const bytes = randomBytes(1024 * 1024);
	await storage.put('data/ab/a', bytes, neverAborts);
	t.deepEqual(slept, [1000, 1000, 1000], 'four pieces, the first at once');
	slept.length = 0;
	t.true((await storage.get('data/ab/a', neverAborts)).equals(bytes));
	t.true(slept.length > 3);
	slept.length = 0;
	t.is(await streamedBytes(storage, 'data/ab/a', bytes.length), bytes.length);
	t.true(slept.length > 1 && slept.reduce((sum, ms) => sum + ms, 0) > 5000, slept.join());
});

test('the session token of temporary credentials is sent and signed', async t => {
	const {storage, proxy} = await suite.openThrough(t, {}, {credentials: {...suite.server.credentials, sessionToken: 'temporary-token'}});
	await storage.stat('config', neverAborts).catch(() => undefined);
	t.is(proxy.requests[0]?.headers['x-amz-security-token'], 'temporary-token');
	t.regex(proxy.requests[0]?.headers.authorization ?? '', /SignedHeaders=[^,]*x-amz-security-token/);
});

async function streamedBytes(storage: Storage, key: string, length: number): Promise<number> {
	let read = 0;
	for await (const piece of storage.stream(key, neverAborts, {offset: 0, length})) read += piece.length;
	return read;
}
