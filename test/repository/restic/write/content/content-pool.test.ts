import {createHash, randomBytes} from 'node:crypto';
import {closeSync, openSync, readdirSync, truncateSync, writeSync} from 'node:fs';
import test from 'ava';
import {LazaretteError, isLazaretteError} from '../../../../../src/base/errors.ts';
import {temporaryDirectory} from '../_repository.ts';
import {kibibyte, mebibyte, newPool, openFile, startThreads, store} from './_pool.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

for (const threads of [0, 2]) {
	const how = threads === 0 ? 'one thread alone' : `${threads} more threads`;

	test(`files of every length are stored whole by ${how}`, async t => {
		const world = newPool(t, {threads});
		if (threads > 0) await startThreads(t, world);
		const contents = [0, 1, 511, 512, 4095, 512 * kibibyte - 1, 512 * kibibyte, 512 * kibibyte + 1, 9000 * kibibyte].map(length => randomBytes(length));
		const stored = await Promise.all(contents.map(async content => store(world, openFile(t, content).fd, content.length)));
		await world.pool.flush();
		const {join} = world.blobs();
		for (const [number, content] of contents.entries()) {
			t.is(stored[number]!.size, content.length);
			t.is(sha256(join(stored[number]!.content)), sha256(content), `${content.length} bytes`);
		}
		t.is(stored[0]!.content.length, 0, 'an empty file has no blob');
	});

	test(`hundreds of files at once do not mix, and what they share is stored once by ${how}`, async t => {
		const world = newPool(t, {threads});
		if (threads > 0) await startThreads(t, world);
		// A third each of small files, of files of some pieces, and of copies of either.
		const contents: Buffer[] = [];
		for (let number = 0; number < 240; number++) contents.push(number % 3 === 2 ? contents[number >> 1]! : randomBytes(number % 3 === 0 ? 600 + number * 100 : 520_000 + number * 5000));
		const known = world.blobs().stored.length;
		const stored = await Promise.all(contents.map(async content => store(world, openFile(t, content).fd, content.length)));
		await world.pool.flush();
		const {stored: ids, join} = world.blobs();
		t.is(ids.length - known, new Set(ids).size - known, 'no blob lies in two packs');
		t.deepEqual(stored.map(({content}) => sha256(join(content))), contents.map(content => sha256(content)));
		t.is(world.pool.totals.blobs, ids.length);
	});

	test(`a file that can not be read fails with the error of the system, and only it, with ${how}`, async t => {
		const world = newPool(t, {threads});
		if (threads > 0) await startThreads(t, world);
		const directory = openSync(temporaryDirectory(t), 'r');
		t.teardown(() => closeSync(directory));
		for (const size of [5, 5000, 5_000_000]) await t.throwsAsync(async () => store(world, directory, size), {code: 'EISDIR', message: /./});
		await t.throwsAsync(async () => store(world, directory, 5000), {any: true, instanceOf: Error});
		t.is((await store(world, openFile(t, randomBytes(2000)).fd, 2000)).size, 2000);
		await t.notThrowsAsync(world.pool.flush());
	});

	test(`a file that grew or shrank since it was looked at is stored as it is now by ${how}`, async t => {
		const world = newPool(t, {threads});
		if (threads > 0) await startThreads(t, world);
		const grown = randomBytes(600 * kibibyte);
		const results = [await store(world, openFile(t, grown).fd, 1000), await store(world, openFile(t, randomBytes(1020)).fd, 1000)];
		const {fd, path} = openFile(t, randomBytes(100 * kibibyte));
		truncateSync(path, 50);
		results.push(await store(world, fd, 100 * kibibyte));
		await world.pool.flush();
		t.deepEqual(results.map(({size}) => size), [grown.length, 1020, 50]);
		t.true(world.blobs().join(results[0]!.content).equals(grown));
	});

	test(`holes are cut as if they had been read, and are not read, by ${how}`, async t => {
		const size = 40 * mebibyte;
		const world = newPool(t, {threads});
		if (threads > 0) await startThreads(t, world);
		// Data in odd places, so that pieces begin before, in and after the holes.
		const islands = [[0, 100], [3_000_001, 70_000], [9_437_184, 600_000], [30_000_000, 1]] as const;
		const {fd, path} = openFile(t, Buffer.alloc(0));
		truncateSync(path, size);
		const writer = openSync(path, 'r+');
		t.teardown(() => closeSync(writer));
		for (const [position, length] of islands) writeSync(writer, randomBytes(length), 0, length, position);

		const whole = await store(world, fd, size);
		let looks = 0;
		const sparse = await store(world, fd, size, from => {
			looks++;
			const island = islands.find(([position, length]) => from < position + length);
			return island && {start: Math.max(from, island[0]), end: island[0] + island[1]};
		});
		t.deepEqual(sparse, whole);
		t.true(looks < 20, `looked ${looks} times for data in 40 MiB`);
	});
}

test('a file of very many holes is stored as if it had been read', async t => {
	const world = newPool(t, {threads: 1});
	await startThreads(t, world);
	const size = 200 * mebibyte;
	const {fd, path} = openFile(t, Buffer.alloc(0));
	truncateSync(path, size);
	const writer = openSync(path, 'r+');
	t.teardown(() => closeSync(writer));
	for (let at = 0; at < size; at += mebibyte) writeSync(writer, Buffer.from('island'), 0, 6, at);
	const whole = await store(world, fd, size);
	const nextData = (from: number) => {
		const at = Math.ceil((from - 5) / mebibyte) * mebibyte;
		return at < size ? {start: Math.max(from, at), end: at + 6} : undefined;
	};
	t.deepEqual(await store(world, fd, size, nextData), whole);
});

test('while uploads have to catch up nothing is stored', async t => {
	const room = Promise.withResolvers<void>();
	let isHeld = false;
	const world = newPool(t, {threads: 1, hold: () => (isHeld ? room.promise : undefined)});
	await startThreads(t, world);
	isHeld = true;
	let isDone = false;
	const content = randomBytes(6 * mebibyte);
	const stored = store(world, openFile(t, content).fd, content.length).then(result => {
		isDone = true;
		return result;
	});
	for (let turn = 0; turn < 5; turn++) await new Promise(resolve => void setImmediate(resolve));
	t.false(isDone);
	isHeld = false;
	room.resolve();
	t.is((await stored).size, content.length);
});

test('a thread that dies fails the run with its reason, and nobody waits for ever', async t => {
	for (const [program, reason] of [
		['throw new Error("something broke")', /something broke/],
		['const all = []; for (;;) all.push(new Array(100_000).fill(all));', /memory/i],
		['process.exit(3)', /exit code 3/],
	] as const) {
		const world = newPool(t, {threads: 1, threadEntry: new URL(`data:text/javascript,${encodeURIComponent(program)}`)});
		const content = randomBytes(9 * mebibyte);
		const {fd} = openFile(t, content);
		const error = await t.throwsAsync(async () => {
			for (;;) await store(world, fd, content.length);
		});
		t.true(isLazaretteError(error, 'Unexpected'), String(error));
		t.regex(error.message, reason);
		await t.throwsAsync(world.pool.flush(), {is: error});
		await world.pool.discard(new LazaretteError('Cancelled', 'given up'));
		t.deepEqual(readdirSync(world.scratchDirectory).filter(name => !world.packs.some(({file}) => file.path.endsWith(name))), []);
	}
});

test('a thread that has no room for its packs fails the run as the main thread would', async t => {
	const world = newPool(t, {threads: 1, scratchDirectory: '/nowhere/at/all'});
	const content = randomBytes(2 * mebibyte);
	const {fd} = openFile(t, content);
	const error = await t.throwsAsync(async () => {
		for (;;) await store(world, fd, content.length);
	});
	t.true(isLazaretteError(error, 'Unexpected'));
	t.regex(error.message, /scratch file \/nowhere/);
});

test('content that found no room is never taken for stored, and nothing is stored after it', async t => {
	const world = newPool(t, {scratchDirectory: '/nowhere/at/all'});
	let content = randomBytes(400 * kibibyte);
	const error = await t.throwsAsync(async () => {
		for (;; content = randomBytes(400 * kibibyte)) await store(world, openFile(t, content).fd, content.length);
	}, {message: /scratch file \/nowhere/});
	t.throws(() => store(world, openFile(t, content).fd, content.length), {is: error});
	await t.throwsAsync(world.pool.flush(), {is: error});
});

test('who ends the run on hearing of one file leaves no other without an answer', async t => {
	const world = newPool(t, {threads: 1});
	await startThreads(t, world);
	const {fd} = openFile(t, randomBytes(2000));
	const ended = new LazaretteError('Cancelled', 'enough');
	let [given, heard] = [0, 0];
	const hear = (): void => {
		heard++;
		world.pool.stop(ended);
	};
	t.throws(() => {
		for (;;) {
			given++;
			world.pool.storeContent(fd, 2000, {stored: hear, failed: hear});
		}
	}, {is: ended});
	t.is(heard, given - 1, 'all but the one that was refused');
});

test('what ends the run does not look like a file that can not be read', async t => {
	const world = newPool(t, {hold: () => new Promise(() => undefined)});
	const content = randomBytes(mebibyte);
	const stored = store(world, openFile(t, content).fd, content.length);
	world.pool.stop(Object.assign(new Error('read ECONNRESET'), {code: 'ECONNRESET', errno: -104, syscall: 'read'}));
	t.true(isLazaretteError(await t.throwsAsync(stored), 'Unexpected'));
});

test('giving up in the middle ends the threads and leaves no scratch file, whatever is under way', async t => {
	const world = newPool(t, {threads: 2});
	await startThreads(t, world);
	const contents = Array.from({length: 30}, (_, number) => randomBytes(number % 2 ? 3 * mebibyte : 5000));
	const results = contents.map(content => store(world, openFile(t, content).fd, content.length));
	await new Promise(resolve => void setImmediate(resolve));
	// However fast the threads are, of this one nobody can have told us yet.
	results.push(store(world, openFile(t, contents[1]!).fd, contents[1]!.length));
	const settled = Promise.allSettled(results);
	await world.pool.discard(new LazaretteError('Cancelled', 'given up'));
	const outcomes = await settled;
	t.true(outcomes.some(({status}) => status === 'rejected'));
	t.true(outcomes.every(outcome => outcome.status === 'fulfilled' || isLazaretteError(outcome.reason, 'Cancelled')));
	t.throws(() => store(world, 0, 0), {message: 'given up'});
	for (const {file} of world.packs) t.true(readdirSync(world.scratchDirectory).some(name => file.path.endsWith(name)), 'packs that were handed over are the uploads’ now');
	t.is(readdirSync(world.scratchDirectory).length, world.packs.length);
});
