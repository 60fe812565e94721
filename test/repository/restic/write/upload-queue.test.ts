import {createHash, randomBytes} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../../../src/base/abort.ts';
import {LazaretteError} from '../../../../src/base/errors.ts';
import {packKey} from '../../../../src/repository/restic/files/object-keys.ts';
import {UploadQueue} from '../../../../src/repository/restic/write/upload-queue.ts';
import {openFilesystemStorage} from '../../../../src/storage/filesystem/open-filesystem-storage.ts';
import {intercept} from '../../../../src/storage/wrap/intercept.ts';
import {temporaryDirectory} from './_repository.ts';
import type {ExecutionContext} from 'ava';
import type {ClosedPack} from '../../../../src/repository/restic/pack/pack-writer.ts';
import type {Storage} from '../../../../src/storage/storage.ts';

const gate = () => Promise.withResolvers<void>();

function newStorage(t: ExecutionContext, beforePut: (key: string) => Promise<void> | void): Storage {
	const storage = openFilesystemStorage({kind: 'filesystem', path: temporaryDirectory(t)});
	t.teardown(async () => storage.close());
	return intercept(storage, async (call, run) => {
		if (call.operation === 'putFile') await beforePut(call.key);
		return run();
	});
}

function pack(storage: Storage, size: number): ClosedPack {
	const bytes = randomBytes(size);
	const sha256 = createHash('sha256').update(bytes).digest('hex');
	const path = join(storage.scratchDirectory, sha256);
	writeFileSync(path, bytes);
	return {id: sha256, header: Buffer.alloc(0), blobs: 1, file: {path, size, sha256}};
}

test('packs become durable some at a time, and each is announced only then', async t => {
	const gates = [gate(), gate(), gate(), gate()];
	let begun = 0;
	const storage = newStorage(t, async () => gates[begun++]!.promise);
	const durable: string[] = [];
	const queue = new UploadQueue({storage, signal: neverAborts, parallel: 2, onDurable: async ({id}) => void durable.push((await storage.stat(packKey(id), neverAborts))!.key)});
	const packs = gates.map(() => pack(storage, 10));
	for (const each of packs) queue.add(each);
	t.is(begun, 2);
	t.deepEqual(durable, []);
	for (const each of gates) each.resolve();
	await queue.drain();
	t.deepEqual(durable.sort(), packs.map(({id}) => packKey(id)).sort());
	t.deepEqual(readdirSync(storage.scratchDirectory), []);
});

test('a writer that is faster than the storage waits when the budget is used up', async t => {
	const held = gate();
	const storage = newStorage(t, async () => held.promise);
	const queue = new UploadQueue({storage, signal: neverAborts, budgetBytes: 100, onDurable: async () => undefined});
	queue.add(pack(storage, 60));
	t.false(queue.isOverBudget);
	await queue.room();
	queue.add(pack(storage, 60));
	t.true(queue.isOverBudget);
	let roomy = false;
	const room = queue.room().then(() => (roomy = true));
	await new Promise(resolve => void setImmediate(resolve));
	t.false(roomy);
	held.resolve();
	await room;
	await queue.drain();
	t.false(queue.isOverBudget);
});

test('a scratch file that can not be deleted keeps nobody waiting for what has failed', async t => {
	const refusal = new LazaretteError('StoreFull', 'no space');
	const storage = newStorage(t, () => {
		throw refusal;
	});
	const queue = new UploadQueue({storage, signal: neverAborts, parallel: 1, onDurable: async () => undefined});
	const packs = [pack(storage, 10), pack(storage, 10)];
	for (const {file} of packs) {
		rmSync(file.path);
		mkdirSync(file.path);
	}
	for (const each of packs) queue.add(each);
	await t.throwsAsync(queue.drain(), {is: refusal});
	await queue.cancel(new Error('given up'));
});

test('the first failure stops everything: nothing more is sent, everyone learns of it, and no scratch file stays', async t => {
	let puts = 0;
	const storage = newStorage(t, () => {
		if (++puts === 2) throw new LazaretteError('StoreFull', 'no space');
	});
	const queue = new UploadQueue({storage, signal: neverAborts, parallel: 1, budgetBytes: 15, onDurable: async () => undefined});
	for (let number = 0; number < 4; number++) queue.add(pack(storage, 10));
	t.is((await t.throwsAsync(queue.room()))?.message, 'no space');
	t.is((await t.throwsAsync(queue.drain()))?.message, 'no space');
	t.throws(() => queue.throwIfFailed(), {message: 'no space'});
	const late = pack(storage, 10);
	queue.add(late);
	t.false(existsSync(late.file.path));
	t.is(puts, 2);
	t.deepEqual(readdirSync(storage.scratchDirectory), []);
});

test('a pack whose announcement fails counts as failed', async t => {
	const storage = newStorage(t, () => undefined);
	const queue = new UploadQueue({
		storage,
		signal: neverAborts,
		onDurable: async () => {
			throw new LazaretteError('StoreUnreachable', 'index not written');
		},
	});
	queue.add(pack(storage, 10));
	t.is((await t.throwsAsync(queue.drain()))?.message, 'index not written');
});

test('giving up ends uploads under way and deletes what waits', async t => {
	const held = gate();
	const storage = newStorage(t, async () => held.promise);
	const queue = new UploadQueue({storage, signal: neverAborts, parallel: 1, onDurable: async () => undefined});
	queue.add(pack(storage, 10));
	queue.add(pack(storage, 10));
	const cancelled = queue.cancel(new LazaretteError('Cancelled', 'given up'));
	held.resolve();
	await cancelled;
	t.deepEqual(readdirSync(storage.scratchDirectory), []);
	t.throws(() => queue.throwIfFailed(), {message: 'given up'});
});

test('a run that was asked to stop sends nothing more', async t => {
	const storage = newStorage(t, () => undefined);
	const stop = new AbortController();
	stop.abort(new LazaretteError('Cancelled', 'asked to stop'));
	const queue = new UploadQueue({storage, signal: stop.signal, onDurable: async () => undefined});
	queue.add(pack(storage, 10));
	t.is((await t.throwsAsync(queue.drain()))?.message, 'asked to stop');
});
