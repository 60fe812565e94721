import {existsSync, mkdirSync, readdirSync, renameSync, statSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../../../src/base/abort.ts';
import {isLazaretteError} from '../../../../src/base/errors.ts';
import {systemRandom} from '../../../../src/base/random.ts';
import {Sealer} from '../../../../src/repository/restic/crypto/sealer.ts';
import {unlockRepository} from '../../../../src/repository/restic/crypto/unlock.ts';
import {lockTimes} from '../../../../src/repository/restic/lock/lock-policy.ts';
import {writeLock} from '../../../../src/repository/restic/lock/write-lock.ts';
import {intercept} from '../../../../src/storage/wrap/intercept.ts';
import {asOnAServer} from '../lock/_as-on-a-server.ts';
import {plainFile} from '../tree/_nodes.ts';
import {backUp} from './_back-up.ts';
import {newRepository, password, reopen, temporaryDirectory, testClock, testHolder} from './_repository.ts';
import {noise, writeSource} from './_source.ts';
import type {ExecutionContext} from 'ava';
import type {Clock} from '../../../../src/base/clock.ts';
import type {Storage} from '../../../../src/storage/storage.ts';

function newSource(t: ExecutionContext): string {
	const directory = temporaryDirectory(t);
	writeSource(directory);
	return directory;
}

/** Packs by their path below `data/`. */
const packs = (path: string): string[] =>
	readdirSync(join(path, 'data'), {recursive: true})
		.map(String)
		.filter(name => name.includes('/'));

test('an archive becomes visible last: packs, then the index that names them, then the snapshot', async t => {
	const writes: string[] = [];
	const {repository} = await newRepository(t, {
		wrap: storage =>
			intercept(storage, async (call, run) => {
				const result = await run();
				if (call.operation === 'put' || call.operation === 'putFile') writes.push(call.key.split('/')[0]!);
				return result;
			}),
	});
	writes.length = 0;
	await backUp(repository, newSource(t));
	const phases = writes.filter((kind, at) => kind !== writes[at - 1]);
	t.deepEqual(phases, ['locks', 'data', 'index', 'snapshots']);
});

test('the same volume again adds nothing but a snapshot, and unchanged files are not read', async t => {
	const source = newSource(t);
	const {path, repository} = await newRepository(t);
	const first = await backUp(repository, source);
	const again = await reopen(t, path);
	const second = await backUp(again.repository, source, {parent: first.archive});
	t.is(second.archive.tree, first.archive.tree);
	t.is(second.filesRead, 0);
	t.is(second.filesUnmodified, first.filesRead);
	t.is(second.archive.parent, first.archive.id);

	const unrelated = await backUp(again.repository, source);
	t.is(unrelated.archive.tree, first.archive.tree, 'without a parent every file is read, and every blob is known');
	t.is((await again.repository.archives(neverAborts)).length, 3);
	t.is(readdirSync(join(path, 'index')).length, 1);
});

test('equal pieces are stored once, within one run as well', async t => {
	const source = temporaryDirectory(t);
	for (let copy = 0; copy < 5; copy++) writeFileSync(join(source, `copy${copy}`), noise(5, 700_000));
	const {path, repository} = await newRepository(t);
	const writer = await repository.startArchive({}, neverAborts);
	await writer.abandon();
	await backUp(repository, source);
	const stored = readdirSync(join(path, 'data'), {recursive: true, withFileTypes: true})
		.filter(entry => entry.isFile())
		.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
	t.true(stored > 700_000 && stored < 710_000, `${stored} bytes are stored`);
});

test('only what changed is read and stored', async t => {
	const source = newSource(t);
	const {path, repository} = await newRepository(t);
	const first = await backUp(repository, source);
	writeFileSync(join(source, 'a/b/n7'), 'changed');
	mkdirSync(join(source, 'new'));
	const {repository: again} = await reopen(t, path);
	const second = await backUp(again, source, {parent: first.archive});
	t.is(second.filesRead, 1);
	t.not(second.archive.tree, first.archive.tree);
});

test('a parent whose tree is missing is no obstacle: everything is read again', async t => {
	const source = newSource(t);
	const {repository} = await newRepository(t);
	const {archive, filesRead} = await backUp(repository, source);
	const second = await backUp(repository, source, {parent: {...archive, tree: 'ab'.repeat(32)}});
	t.is(second.filesRead, filesRead);
	t.is(second.archive.tree, archive.tree);
});

test('a directory of the parent that can not be read any more is stored again, so that the new archive is whole', async t => {
	const source = temporaryDirectory(t);
	mkdirSync(join(source, 'd'));
	writeFileSync(join(source, 'd/file'), 'content');
	const {path, repository} = await newRepository(t);
	const first = await backUp(repository, source);
	let failing = true;
	// The pack of trees is the only one read during a backup.
	const {repository: again} = await reopen(t, path, {
		wrap: storage => ({
			...intercept(storage, async (_, run) => run()),
			async get(key, signal, range) {
				const bytes = await storage.get(key, signal, range);
				if (failing && key.startsWith('data/')) bytes.fill(0);
				return bytes;
			},
		}),
	});
	const second = await backUp(again, source, {parent: first.archive});
	failing = false;
	t.is(second.filesRead, 1);
	t.is(second.archive.tree, first.archive.tree);
	const result = await again.check({readData: true}, neverAborts);
	t.deepEqual(result.problems, []);
	t.is(result.packs, 3, 'the root tree was stored a second time');
});

test('of a tree that lies in two packs either one is enough', async t => {
	const source = temporaryDirectory(t);
	writeFileSync(join(source, 'file'), 'content');
	const {path, repository} = await newRepository(t);
	const {archive} = await backUp(repository, source);
	const before = packs(path);
	// To a reader of zeros the parent's tree is damaged, and so it is stored a second time.
	const {repository: blind} = await reopen(t, path, {
		wrap: storage => ({...intercept(storage, async (_, run) => run()), get: async (key, signal, range) => (key.startsWith('data/') ? Buffer.alloc(range!.length) : storage.get(key, signal, range))}),
	});
	await backUp(blind, source, {parent: archive});
	const [second] = packs(path).filter(name => !before.includes(name));
	t.is(packs(path).length, before.length + 1);

	for (const lost of [second!, ...before]) {
		const hidden = `${join(path, 'data', lost)}-hidden`;
		renameSync(join(path, 'data', lost), hidden);
		const {repository: again} = await reopen(t, path);
		const reader = await again.openArchive(archive, neverAborts);
		t.deepEqual((await Array.fromAsync(reader.readTree(archive.tree, neverAborts))).map(({name}) => name.toString()), ['file']);
		renameSync(hidden, join(path, 'data', lost));
	}
});

test('a run that lost its lock makes nothing visible', async t => {
	const source = newSource(t);
	const clock = testClock();
	const {path, storage, repository} = await newRepository(t, {clock});
	const error = await t.throwsAsync(
		backUp(repository, source, {
			async beforeFile(file) {
				if (file !== 'text') return;
				for await (const {key} of storage.list('locks/', neverAborts)) await storage.remove(key, neverAborts);
				clock.advance(lockTimes.believedForMs);
			},
		}),
	);
	t.true(isLazaretteError(error, 'LockLost'), error?.stack);
	t.deepEqual(await repository.archives(neverAborts), []);
	t.deepEqual(readdirSync(join(path, 'tmp'), {recursive: true}).filter(name => /pack|tree/.test(String(name))), []);
});

/** A clock on which the pause between the two looks at the locks lasts until somebody ends it. */
function pausedClock(): {clock: Clock; lookAgain(): void} {
	const quick = testClock();
	const pause = Promise.withResolvers<void>();
	return {clock: {...quick, sleep: async (ms, signal) => (ms === lockTimes.settleMs ? pause.promise : quick.sleep(ms, signal))}, lookAgain: pause.resolve};
}

const visible = async (storage: Storage): Promise<unknown[]> => [...(await Array.fromAsync(storage.list('index/', neverAborts))), ...(await Array.fromAsync(storage.list('snapshots/', neverAborts)))];

test('a run begins as soon as its lock stands, and nothing can be seen of it before the second look', async t => {
	const {clock, lookAgain} = pausedClock();
	const stored = Promise.withResolvers<void>();
	const {storage, repository} = await newRepository(t, {
		clock,
		wrap: inner =>
			intercept(asOnAServer(inner), async (call, run) => {
				const result = await run();
				if (call.operation === 'putFile') stored.resolve();
				return result;
			}),
	});
	const writer = await repository.startArchive({}, neverAborts);
	writer.enterDirectory();
	const tree = await writer.leaveDirectory();
	const finished = writer.finish({time: new Date(), tree, paths: ['/x'], hostname: 'h', username: 'u', excludes: [], tags: []});
	await stored.promise;
	t.deepEqual(await visible(storage), []);
	lookAgain();
	await finished;
	t.is((await repository.archives(neverAborts)).length, 1);
});

test('a run that somebody locked out in the same moment makes nothing visible and says who it was', async t => {
	const {clock, lookAgain} = pausedClock();
	const {storage, repository} = await newRepository(t, {clock, wrap: asOnAServer});
	const writer = await repository.startArchive({}, neverAborts);
	const {masterKey} = await unlockRepository(storage, password, neverAborts);
	await writeLock({storage, sealer: new Sealer(masterKey, systemRandom), clock, holder: {...testHolder, hostname: 'laptop'}, exclusive: true}, neverAborts, () => undefined);
	writer.enterDirectory();
	const tree = await writer.leaveDirectory();
	const finished = writer.finish({time: new Date(), tree, paths: ['/x'], hostname: 'h', username: 'u', excludes: [], tags: []});
	lookAgain();
	const error = await t.throwsAsync(finished, {message: /laptop/});
	t.true(isLazaretteError(error, 'LockedByOther'), error?.stack);
	t.deepEqual(await visible(storage), []);
	await writer.abandon();
	await repository.close();
	t.is((await Array.fromAsync(storage.list('locks/', neverAborts))).length, 1, 'that of the other');
});

test('a run that is cancelled stops, makes nothing visible and leaves no scratch files', async t => {
	const source = newSource(t);
	const {path, repository} = await newRepository(t);
	const stop = new AbortController();
	const error = await t.throwsAsync(backUp(repository, source, {signal: stop.signal, beforeFile: file => void (file === 'none' && stop.abort(new Error('asked to stop')))}));
	t.is(error?.message, 'asked to stop');
	t.deepEqual(await repository.archives(neverAborts), []);
	t.deepEqual(readdirSync(join(path, 'tmp'), {recursive: true}).filter(name => /pack|tree/.test(String(name))), []);
	await repository.close();
	t.deepEqual(readdirSync(join(path, 'locks')), []);
});

test('entries out of order are refused, since no reader could find them again', async t => {
	const {repository} = await newRepository(t);
	const writer = await repository.startArchive({}, neverAborts);
	writer.enterDirectory();
	await writer.addNode(plainFile({name: Buffer.from('b')}));
	t.throws(() => writer.addNode(plainFile({name: Buffer.from('b')})), {message: /"b" came after "b"/});
	t.throws(() => writer.addNode(plainFile({name: Buffer.from('a')})), {message: /"a" came after "b"/});
	await writer.abandon();
	t.throws(() => writer.enterDirectory(), {message: 'the archive was given up'});
});

test('an archive with an open directory can not be finished', async t => {
	const {repository} = await newRepository(t);
	const writer = await repository.startArchive({}, neverAborts);
	writer.enterDirectory();
	await t.throwsAsync(writer.finish({time: new Date(), tree: 'ab'.repeat(32), paths: ['/x'], hostname: 'h', username: 'u', excludes: [], tags: []}), {message: /1 directories are still open/});
	await writer.abandon();
	t.deepEqual(await repository.archives(neverAborts), []);
});

test('a directory of 20 000 entries goes through the scratch directory, is stored once and read back', async t => {
	const {path, repository} = await newRepository(t);
	const write = async (): Promise<string> => {
		const writer = await repository.startArchive({}, neverAborts);
		writer.enterDirectory();
		for (let number = 0; number < 20_000; number++) await writer.addNode(plainFile({name: Buffer.from(`file-${String(number).padStart(6, '0')}`), inode: BigInt(number)}));
		const tree = await writer.leaveDirectory();
		await writer.finish({time: new Date(), tree, paths: ['/x'], hostname: 'h', username: 'u', excludes: [], tags: []});
		t.is(writer.added.treeBlobs, (await repository.archives(neverAborts)).length === 1 ? 1 : 0);
		return tree;
	};
	const tree = await write();
	t.is(await write(), tree);
	t.deepEqual(readdirSync(join(path, 'tmp'), {recursive: true}).filter(name => /pack|tree/.test(String(name))), []);

	const [archive] = await repository.archives(neverAborts);
	const reader = await repository.openArchive(archive!, neverAborts);
	const inodes: number[] = [];
	for await (const node of reader.readTree(tree, neverAborts)) inodes.push(Number(node.inode));
	t.deepEqual(inodes, Array.from({length: 20_000}, (_, number) => number));
	t.deepEqual((await repository.check({readData: true}, neverAborts)).problems, []);
});

test('the totals say what was added, before and after compression', async t => {
	const source = temporaryDirectory(t);
	writeFileSync(join(source, 'text'), 'x'.repeat(100_000));
	utimesSync(join(source, 'text'), 1_700_000_000, 1_700_000_000);
	const stored: number[] = [];
	const {path, repository} = await newRepository(t);
	const writer = await repository.startArchive({onStored: bytes => void stored.push(bytes)}, neverAborts);
	writer.enterDirectory();
	const tree = await writer.leaveDirectory();
	await writer.finish({time: new Date(), tree, paths: ['/x'], hostname: 'h', username: 'u', excludes: [], tags: []});
	t.deepEqual({...writer.added, storedBytes: 0}, {dataBlobs: 0, treeBlobs: 1, bytes: 13, storedBytes: 0});
	t.is(stored.length, 1);
	t.true(existsSync(path));
});

test('the archive is the same whatever the number of threads, and what some have stored the others do not store again', async t => {
	const source = newSource(t);
	for (let number = 0; number < 12; number++) writeFileSync(join(source, `large-${number}`), noise(200 + number, 1_000_000 + number * 300_000));
	for (let number = 0; number < 300; number++) writeFileSync(join(source, `a/small-${number}`), noise(300 + number, 600 + number * 10));
	const {path, repository} = await newRepository(t, {threads: 2, verify: 'all'});
	const {archive} = await backUp(repository, source);
	t.deepEqual((await repository.check({readData: true}, neverAborts)).problems, []);

	const {repository: alone} = await reopen(t, path, {threads: 0});
	const before = packs(path).length;
	t.is((await backUp(alone, source)).archive.tree, archive.tree);
	t.is(packs(path).length, before);
	t.deepEqual(readdirSync(join(path, 'tmp'), {recursive: true}).filter(name => /pack|tree/.test(String(name))), []);
});
