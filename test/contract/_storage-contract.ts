import {randomBytes} from 'node:crypto';
import {access} from 'node:fs/promises';
import test from 'ava';
import {neverAborts} from '../../src/base/abort.ts';
import {LazaretteError, toLazaretteError} from '../../src/base/errors.ts';
import {localFile, sha256} from './_content.ts';
import type {ExecutionContext} from 'ava';
import type {ErrorCode} from '../../src/base/errors.ts';
import type {Storage, StoredObject} from '../../src/storage/storage.ts';

export type ContractSubject = {
	/** Opens a storage on a place of its own; a second call in the same test opens the same place, as another process would. */
	open: (t: ExecutionContext) => Promise<() => Promise<Storage>>;
	/** More than one page of a listing, where listings come in pages. */
	manyObjects: number;
};

/** The promises of `Storage`, as tests; `title` says which implementation they are run on. */
export function storageContract(title: string, subject: ContractSubject): void {
	const promise = (sentence: string, run: (t: ExecutionContext, storage: Storage, again: () => Promise<Storage>) => Promise<void>): void => {
		test(`${title}: ${sentence}`, async t => {
			const open = await subject.open(t);
			const openForTest = async (): Promise<Storage> => {
				const storage = await open();
				t.teardown(async () => storage.close());
				return storage;
			};
			await run(t, await openForTest(), openForTest);
		});
	};

	promise('what was put is read back, whole and in ranges', async (t, storage, again) => {
		const bytes = randomBytes(100_000);
		await storage.put('data/ab/abcd', bytes, neverAborts);
		const other = await again();
		same(t, await other.get('data/ab/abcd', neverAborts), bytes);
		for (const [offset, length] of [[0, 10], [50_000, 50_000], [99_999, 1], [0, 100_000], [1000, 0], [100_000, 0]] as const) {
			same(t, await other.get('data/ab/abcd', neverAborts, {offset, length}), bytes.subarray(offset, offset + length));
		}

		t.deepEqual(await other.stat('data/ab/abcd', neverAborts), {key: 'data/ab/abcd', size: 100_000});
	});

	promise('a stream brings exactly its range, in pieces that are valid one at a time, and may be left early', async (t, storage) => {
		const bytes = randomBytes(3_000_000);
		await storage.put('data/ab/streamed', bytes, neverAborts);
		for (const [offset, length] of [[0, 3_000_000], [1, 2_999_999], [1_234_567, 700_001], [2_999_999, 1]] as const) {
			const pieces: Buffer[] = [];
			for await (const piece of storage.stream('data/ab/streamed', neverAborts, {offset, length})) pieces.push(Buffer.from(piece));
			t.true(Buffer.concat(pieces).equals(bytes.subarray(offset, offset + length)));
		}
		for (let time = 0; time < 20; time++) {
			for await (const piece of storage.stream('data/ab/streamed', neverAborts, {offset: 0, length: 3_000_000})) {
				t.true(bytes.subarray(0, piece.length).equals(piece));
				break;
			}
		}
		const stop = new AbortController();
		await t.throwsAsync(async () => {
			for await (const piece of storage.stream('data/ab/streamed', stop.signal, {offset: 0, length: 3_000_000})) {
				t.true(piece.length > 0);
				stop.abort();
			}
		}, {message: /cancelled/});
		const wholly = async (key: string, offset: number, length: number): Promise<unknown> => Array.fromAsync(storage.stream(key, neverAborts, {offset, length})).catch((error: unknown) => toLazaretteError(error).code);
		t.is(await wholly('data/ab/streamed', 2_999_999, 2), 'RepositoryDamaged');
		t.is(await wholly('data/ab/streamed', 4_000_000, 2), 'RepositoryDamaged');
		t.is(await wholly('data/ab/none', 0, 2), 'ObjectNotFound');
	});

	promise('a range that goes beyond the end of the object means that the repository is damaged', async (t, storage) => {
		await storage.put('data/ab/short', Buffer.alloc(1000), neverAborts);
		for (const [offset, length] of [[0, 1001], [999, 2], [1000, 1], [5000, 10], [1001, 0]] as const) {
			const error = await failure(t, 'RepositoryDamaged', storage.get('data/ab/short', neverAborts, {offset, length}));
			t.regex(error.message, /data\/ab\/short ends at byte 1000/);
		}
	});

	promise('an object that is not there is told apart from every other failure', async (t, storage) => {
		await failure(t, 'ObjectNotFound', storage.get('config', neverAborts));
		await failure(t, 'ObjectNotFound', storage.get('data/00/none', neverAborts, {offset: 0, length: 1}));
		await failure(t, 'ObjectNotFound', storage.get('data/00/none', neverAborts, {offset: 0, length: 0}));
		t.is(await storage.stat('config', neverAborts), undefined);
		await t.notThrowsAsync(storage.remove('data/00/none', neverAborts));
		t.deepEqual(await listed(storage, ''), []);
		t.deepEqual(await listed(storage, 'locks/'), []);
	});

	promise('an object of no bytes is an object', async (t, storage) => {
		await storage.put('locks/empty', new Uint8Array(0), neverAborts);
		t.is((await storage.get('locks/empty', neverAborts)).length, 0);
		t.deepEqual(await listed(storage, 'locks/'), [{key: 'locks/empty', size: 0}]);
	});

	promise('a second put replaces the object', async (t, storage) => {
		await storage.put('config', Buffer.from('first and longer'), neverAborts);
		await storage.put('config', Buffer.from('second'), neverAborts);
		t.is((await storage.get('config', neverAborts)).toString(), 'second');
	});

	promise('of many that create the same object only if it is absent, one succeeds and the others are told', async (t, storage, again) => {
		const other = await again();
		const results = await Promise.allSettled(
			Array.from({length: 10}, async (_, index) => (index % 2 === 0 ? storage : other).put('config', Buffer.from(`from ${index}`), neverAborts, {onlyIfAbsent: true})),
		);
		const winners = results.flatMap((result, index) => (result.status === 'fulfilled' ? [index] : []));
		t.is(winners.length, 1);
		for (const result of results) if (result.status === 'rejected') t.like(result.reason, {name: 'LazaretteError', code: 'ObjectExists', retry: 'no'});
		t.is((await storage.get('config', neverAborts)).toString(), `from ${winners[0]}`);
	});

	promise('a finished local file becomes an object and is gone afterwards', async (t, storage) => {
		for (const size of [0, 1, 300_000, 17 * 1024 * 1024]) {
			const file = await localFile(storage, randomBytes(size));
			await storage.putFile(`data/ab/${file.sha256}`, file, neverAborts);
			await t.throwsAsync(access(file.path), {code: 'ENOENT'});
			const stored = await storage.get(`data/ab/${file.sha256}`, neverAborts);
			t.is(sha256(stored), file.sha256, `${size} bytes`);
		}

		t.is((await listed(storage, '')).length, 4);
	});

	promise('a local file stays when it could not be stored, so that the call can be repeated', async (t, storage) => {
		const file = await localFile(storage, Buffer.from('pack'));
		await storage.put('data/ab/taken', Buffer.from('other'), neverAborts);
		await failure(t, 'ObjectExists', storage.putFile('data/ab/taken', file, neverAborts, {onlyIfAbsent: true}));
		await t.notThrowsAsync(access(file.path));
		await storage.putFile('data/ab/free', file, neverAborts, {onlyIfAbsent: true});
		t.is((await storage.get('data/ab/free', neverAborts)).toString(), 'pack');
	});

	promise('a file that has not the announced size is refused and nothing becomes visible', async (t, storage) => {
		const file = await localFile(storage, randomBytes(600_000));
		for (const size of [700_000, 500_000]) await failure(t, 'VerificationFailed', storage.putFile('data/ab/cut', {...file, size}, neverAborts));
		t.is(await storage.stat('data/ab/cut', neverAborts), undefined);
	});

	promise('bytes that do not have the announced hash are refused and nothing becomes visible', async (t, storage) => {
		const bytes = randomBytes(500_000);
		await failure(t, 'VerificationFailed', storage.put('index/wrong', bytes, neverAborts, {sha256: sha256(Buffer.from('something else'))}));
		t.is(await storage.stat('index/wrong', neverAborts), undefined);
		await storage.put('index/right', bytes, neverAborts, {sha256: sha256(bytes)});
		same(t, await storage.get('index/right', neverAborts), bytes);
	});

	promise('the buffer of a put may be used for something else as soon as it has returned', async (t, storage) => {
		const buffer = Buffer.alloc(3_000_000, 'a');
		await storage.put('index/reused', buffer, neverAborts);
		buffer.fill('b');
		same(t, await storage.get('index/reused', neverAborts), Buffer.alloc(3_000_000, 'a'));
	});

	promise('a reader meanwhile sees an object whole or not at all', async (t, storage, again) => {
		const reader = await again();
		const progress = {writing: true};
		const file = await localFile(storage, randomBytes(24 * 1024 * 1024));
		const written = storage.putFile('data/ab/big', file, neverAborts).finally(() => (progress.writing = false));
		let looks = 0;
		while (progress.writing) {
			const size = (await reader.stat('data/ab/big', neverAborts))?.size;
			t.true(size === undefined || size === file.size, `saw ${size} bytes`);
			looks++;
		}

		await written;
		t.true(looks > 0);
		t.is((await reader.stat('data/ab/big', neverAborts))?.size, file.size);
	});

	promise('a listing has every object below its prefix once, with its size, however many there are', async (t, storage) => {
		const expected: StoredObject[] = Array.from({length: subject.manyObjects}, (_, index) => ({key: `data/${(index % 256).toString(16).padStart(2, '0')}/object-${index}`, size: index % 50}));
		for (let begin = 0; begin < expected.length; begin += 16) {
			await Promise.all(expected.slice(begin, begin + 16).map(async ({key, size}) => storage.put(key, Buffer.alloc(size), neverAborts)));
		}

		await storage.put('snapshots/one', Buffer.from('x'), neverAborts);
		await storage.put('snapshots-not', Buffer.from('xx'), neverAborts);
		await storage.put('config', Buffer.from('xxx'), neverAborts);
		t.deepEqual(await listed(storage, 'data/'), inOrder(expected));
		t.deepEqual(await listed(storage, 'snapshots/'), [{key: 'snapshots/one', size: 1}]);
		t.deepEqual(await listed(storage, 'data/0a/object-1'), inOrder(expected.filter(({key}) => key.startsWith('data/0a/object-1'))));
		t.is((await listed(storage, '')).length, expected.length + 3);
	});

	promise('a listing may be left early, and objects may go while it runs', async (t, storage) => {
		for (let index = 0; index < 40; index++) await storage.put(`locks/${index}`, Buffer.from('x'), neverAborts);
		let seen = 0;
		for await (const {key} of storage.list('locks/', neverAborts)) {
			seen++;
			await storage.remove(key, neverAborts);
			if (seen === 10) break;
		}

		t.is((await listed(storage, 'locks/')).length, 30);
		for await (const {key} of storage.list('locks/', neverAborts)) await storage.remove(key, neverAborts);
		t.deepEqual(await listed(storage, 'locks/'), []);
	});

	promise('a key may hold any printable ASCII character', async (t, storage) => {
		const key = `tags/a+b=c&d'e(f)*g!h~i@j:k,l;m$n%20o#p?q`;
		await storage.put(key, Buffer.from('odd'), neverAborts);
		t.is((await storage.get(key, neverAborts)).toString(), 'odd');
		t.deepEqual(await listed(storage, 'tags/a+b'), [{key, size: 3}]);
		await storage.remove(key, neverAborts);
		t.is(await storage.stat(key, neverAborts), undefined);
	});

	promise('what is not an object key is refused', async (t, storage) => {
		for (const key of ['', '/config', 'data//x', 'data/', '../config', 'data/../../etc/passwd', 'a/./b', 'a b', 'ä', 'a\0b', 'tmp/x', 'x'.repeat(600)]) {
			await failure(t, 'BadRequest', storage.put(key, Buffer.from('x'), neverAborts));
			await failure(t, 'BadRequest', storage.get(key, neverAborts));
			await failure(t, 'BadRequest', storage.stat(key, neverAborts));
			await failure(t, 'BadRequest', storage.remove(key, neverAborts));
		}

		await failure(t, 'BadRequest', listed(storage, '../'));
		await failure(t, 'BadRequest', storage.get('config', neverAborts, {offset: -1, length: 1}));
		t.deepEqual(await listed(storage, ''), []);
	});

	promise('a cancelled call does nothing and rejects with the reason of its signal', async (t, storage) => {
		await storage.put('config', Buffer.from('x'), neverAborts);
		const cancelled = AbortSignal.abort();
		await failure(t, 'Cancelled', storage.get('config', cancelled));
		await failure(t, 'Cancelled', storage.stat('config', cancelled));
		await failure(t, 'Cancelled', storage.put('config', Buffer.from('y'), cancelled));
		await failure(t, 'Cancelled', storage.remove('config', cancelled));
		await failure(t, 'Cancelled', collect(storage.list('', cancelled)));
		const file = await localFile(storage, Buffer.from('z'));
		const reason = new LazaretteError('LockLost', 'the lock was lost');
		t.is(await t.throwsAsync(storage.putFile('config', file, AbortSignal.abort(reason))), reason);
		await t.notThrowsAsync(access(file.path));
		t.is((await storage.get('config', neverAborts)).toString(), 'x');
	});

	promise('a call that is cancelled while it runs ends at once, and leaves no part of an object', async (t, storage) => {
		const file = await localFile(storage, randomBytes(32 * 1024 * 1024));
		const controller = new AbortController();
		const writing = storage.putFile('data/ab/big', file, controller.signal);
		setImmediate(() => controller.abort());
		await failure(t, 'Cancelled', writing);
		const stored = await storage.stat('data/ab/big', neverAborts);
		t.true(stored === undefined || stored.size === file.size);
	});

	promise('closing removes what the process had not finished; reading alone leaves no trace', async (t, storage, again) => {
		const file = await localFile(storage, Buffer.from('unfinished'));
		await storage.close();
		await t.throwsAsync(access(file.path), {code: 'ENOENT'});
		const other = await again();
		t.deepEqual(await listed(other, ''), []);
	});
}

/** Asserts that `promise` fails with one of our errors of this code, and returns it. */
export async function failure(t: ExecutionContext, code: ErrorCode, promise: Promise<unknown>): Promise<LazaretteError> {
	const error = await t.throwsAsync<LazaretteError>(promise, {instanceOf: LazaretteError});
	t.is(error.code, code, `${error.code}: ${error.message}`);
	return error;
}

/** AVA's own comparison would first format both. */
function same(t: ExecutionContext, actual: Buffer, expected: Buffer): void {
	t.is(actual.length, expected.length);
	t.true(actual.equals(expected));
}

export const listed = async (storage: Storage, prefix: string): Promise<StoredObject[]> => inOrder(await collect(storage.list(prefix, neverAborts)));

const collect = async (listing: AsyncIterable<StoredObject>): Promise<StoredObject[]> => Array.fromAsync(listing);

const inOrder = (objects: StoredObject[]): StoredObject[] => objects.toSorted((a, b) => (a.key < b.key ? -1 : 1));
