import {createHash, randomBytes} from 'node:crypto';
import {closeSync, openSync, truncateSync, writeFileSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {systemRandom} from '../../../../src/base/random.ts';
import {FixedSizeChunker} from '../../../../src/repository/restic/chunker/fixed-size-chunker.ts';
import {generatePolynomial} from '../../../../src/repository/restic/chunker/polynomial.ts';
import {RabinChunker} from '../../../../src/repository/restic/chunker/rabin-chunker.ts';
import {ContentCutter} from '../../../../src/repository/restic/write/content-cutter.ts';
import {temporaryDirectory} from './_repository.ts';
import type {ExecutionContext} from 'ava';
import type {Chunker} from '../../../../src/repository/restic/chunker/chunker.ts';

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

function newCutter(chunker: Chunker, pause: () => Promise<void> | undefined = () => undefined) {
	const blobs = new Map<string, Buffer>();
	const store = (plain: Uint8Array, ids: Uint8Array, at: number): void => {
		const id = sha256(plain);
		blobs.set(id.toString('hex'), Buffer.from(plain));
		ids.set(id, at);
	};
	const joined = (content: Uint8Array): Buffer => Buffer.concat(Array.from({length: content.length / 32}, (_, number) => blobs.get(Buffer.from(content.subarray(number * 32, number * 32 + 32)).toString('hex'))!));
	return {cutter: new ContentCutter({chunker, store, pause}), joined};
}

function openFile(t: ExecutionContext, content: Uint8Array): {fd: number; path: string} {
	const path = join(temporaryDirectory(t), 'file');
	writeFileSync(path, content);
	const fd = openSync(path, 'r');
	t.teardown(() => closeSync(fd));
	return {fd, path};
}

const rabin = (): RabinChunker => new RabinChunker(generatePolynomial(systemRandom));
const kibibyte = 1024;

for (const length of [0, 1, 4095, 512 * kibibyte - 1, 512 * kibibyte, 512 * kibibyte + 1, 9000 * kibibyte]) {
	test(`a file of ${length} bytes is stored whole, at once or in pieces`, async t => {
		const content = randomBytes(length);
		const {fd} = openFile(t, content);
		const {cutter, joined} = newCutter(rabin());
		const small = cutter.storeSmall(fd, length);
		t.is(small === undefined, length > 512 * kibibyte);
		const stored = await cutter.store(fd, length);
		t.is(stored.size, length);
		t.true(joined(stored.content).equals(content));
		if (small) t.deepEqual(small, stored);
	});
}

test('a file that grew since it was looked at is stored as it is now', async t => {
	const content = randomBytes(600 * kibibyte);
	const {fd} = openFile(t, content);
	const {cutter, joined} = newCutter(rabin());
	t.is(cutter.storeSmall(fd, 10), undefined);
	const stored = await cutter.store(fd, 10);
	t.is(stored.size, content.length);
	t.true(joined(stored.content).equals(content));

	const little = openFile(t, randomBytes(20));
	t.is(cutter.storeSmall(little.fd, 10)?.size, 20);
});

test('a file that shrank since it was looked at is stored as it is now', async t => {
	const {fd, path} = openFile(t, randomBytes(100 * kibibyte));
	truncateSync(path, 50);
	const {cutter} = newCutter(rabin());
	t.is(cutter.storeSmall(fd, 100 * kibibyte), undefined, 'a read that ends early may hide an error: it is read to its end');
	t.is((await cutter.store(fd, 100 * kibibyte)).size, 50);
});

test('several files under way at once do not mix, and small ones wait for a large one that is half read', async t => {
	const large = randomBytes(5000 * kibibyte);
	const other = randomBytes(3000 * kibibyte);
	const small = randomBytes(100);
	const {cutter, joined} = newCutter(rabin(), async () => new Promise(resolve => void setImmediate(resolve)));
	const first = cutter.store(openFile(t, large).fd, large.length);
	const second = cutter.store(openFile(t, other).fd, other.length);
	const smallFile = openFile(t, small);
	t.is(cutter.storeSmall(smallFile.fd, small.length), undefined);
	const third = cutter.store(smallFile.fd, small.length);
	const contents = await Promise.all([first, second, third]);
	t.deepEqual(contents.map(({content}) => sha256(joined(content)).toString('hex')), [large, other, small].map(bytes => sha256(bytes).toString('hex')));
	t.truthy(cutter.storeSmall(smallFile.fd, small.length), 'and none has to wait afterwards');
});

test('a file that can not be read fails with the error of the system and holds nobody up', async t => {
	const directory = openSync(temporaryDirectory(t), 'r');
	t.teardown(() => closeSync(directory));
	const {cutter} = newCutter(rabin());
	t.throws(() => cutter.storeSmall(directory, 5), {code: 'EISDIR'});
	await t.throwsAsync(cutter.store(directory, 5), {code: 'EISDIR'});
	t.is((await cutter.store(openFile(t, Buffer.from('x')).fd, 1)).size, 1);
});

test('disk images in a repository with pieces of one length are cut there', async t => {
	const content = randomBytes(10 * kibibyte + 7);
	const {fd} = openFile(t, content);
	const {cutter, joined} = newCutter(new FixedSizeChunker(4 * kibibyte));
	const stored = await cutter.store(fd, content.length);
	t.is(stored.content.length, 3 * 32);
	t.true(joined(stored.content).equals(content));
});

test('holes are cut as if they had been read, and are not read', async t => {
	const size = 40 * 1024 * kibibyte;
	// Data in odd places, so that pieces begin before, in and after the holes.
	const islands = [[0, 100], [3_000_001, 70_000], [9_437_184, 600_000], [30_000_000, 1]] as const;
	const {fd, path} = openFile(t, Buffer.alloc(0));
	truncateSync(path, size);
	const writer = openSync(path, 'r+');
	t.teardown(() => closeSync(writer));
	for (const [position, length] of islands) writeSync(writer, randomBytes(length), 0, length, position);

	const chunker = rabin();
	const whole = await newCutter(chunker).cutter.store(fd, size);
	let reads = 0;
	const nextData = (from: number): number => {
		reads++;
		const island = islands.find(([position, length]) => from < position + length);
		return island ? Math.max(from, island[0]) : size;
	};
	const sparse = await newCutter(chunker).cutter.store(fd, size, nextData);
	t.deepEqual(sparse, whole);
	t.true(reads < 40, `looked ${reads} times for data in 40 MiB`);
});
