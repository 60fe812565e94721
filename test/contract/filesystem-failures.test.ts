import {spawn} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {once} from 'node:events';
import {access, chmod, chown, mkdir, mkdtemp, readdir, rm, stat, symlink, truncate, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import test from 'ava';
import {neverAborts} from '../../src/base/abort.ts';
import {openStorage} from '../../src/storage/open-storage.ts';
import {localFile, sha256} from './_content.ts';
import {mountSmallDisk} from './_small-disk.ts';
import {failure, listed} from './_storage-contract.ts';
import type {ExecutionContext} from 'ava';
import type {Storage} from '../../src/storage/storage.ts';

async function directory(t: ExecutionContext): Promise<string> {
	const path = await mkdtemp(join(tmpdir(), 'lazarette-filesystem-'));
	t.teardown(async () => rm(path, {recursive: true, force: true}));
	return path;
}

async function open(t: ExecutionContext, path: string): Promise<Storage> {
	const storage = await openStorage({kind: 'filesystem', path});
	t.teardown(async () => storage.close());
	return storage;
}

test('a full disk says so, shows no part of an object, and takes it once there is space again', async t => {
	const disk = await mountSmallDisk(t, 8);
	if (!disk) return;
	const storage = await open(t, join(disk.path, 'repository'));
	await storage.put('data/ab/first', randomBytes(6 * 1024 * 1024), neverAborts);
	const bytes = randomBytes(4 * 1024 * 1024);
	const error = await failure(t, 'StoreFull', storage.put('data/ab/second', bytes, neverAborts));
	t.is(error.retry, 'no');
	t.regex(error.message, /cannot write data\/ab\/second in .*: ENOSPC/);
	t.is(await storage.stat('data/ab/second', neverAborts), undefined);
	t.deepEqual(await readdir(storage.scratchDirectory), [], 'what could not be finished takes no space');

	await storage.remove('data/ab/first', neverAborts);
	await storage.put('data/ab/second', bytes, neverAborts);
	t.true((await storage.get('data/ab/second', neverAborts)).equals(bytes));
	await storage.close();
});

test('a repository on a read-only file system can be read; writing is refused with the reason', async t => {
	const disk = await mountSmallDisk(t, 8);
	if (!disk) return;
	const writer = await openStorage({kind: 'filesystem', path: join(disk.path, 'repository')});
	await writer.put('config', Buffer.from('x'), neverAborts);
	await writer.close();
	await disk.remount('ro');

	const storage = await openStorage({kind: 'filesystem', path: join(disk.path, 'repository')});
	t.is((await storage.get('config', neverAborts)).toString(), 'x');
	t.deepEqual(await listed(storage, ''), [{key: 'config', size: 1}]);
	for (const change of [async () => storage.put('config', Buffer.from('y'), neverAborts), async () => storage.remove('config', neverAborts)]) {
		const error = await failure(t, 'AccessDenied', change());
		t.regex(error.hint ?? '', /mounted read-only/);
	}

	t.throws(() => storage.scratchDirectory, {message: /EROFS/});
	await storage.close();
});

test('a repository of somebody else is refused with the user that needs the right', async t => {
	if (process.getuid?.() !== 0) {
		console.warn(`SKIPPED: ${t.title}: only root can run a part of this test as another user`);
		t.pass();
		return;
	}

	const path = await directory(t);
	await chmod(path, 0o755);
	await (await open(t, join(path, 'repository'))).put('config', Buffer.from('x'), neverAborts);
	const script = `
		import {openStorage} from ${JSON.stringify(import.meta.resolve('../../src/storage/open-storage.ts'))};
		const storage = await openStorage({kind: 'filesystem', path: ${JSON.stringify(join(path, 'repository'))}});
		const signal = new AbortController().signal;
		const calls = [storage.get('config', signal), storage.stat('config', signal), storage.put('config', Buffer.from('y'), signal), storage.remove('config', signal), Array.fromAsync(storage.list('', signal))];
		for (const {reason} of await Promise.allSettled(calls)) console.log(reason?.code, reason?.hint);
	`;
	const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {uid: 65_534, gid: 65_534, stdio: ['ignore', 'pipe', 'inherit']});
	const lines = (await child.stdout.setEncoding('utf8').toArray()).join('').trim().split('\n');
	t.is(lines.length, 5);
	for (const line of lines) t.regex(line, /^AccessDenied let user 65534/);
});

test('a path that is no directory is told to be wrong', async t => {
	const path = join(await directory(t), 'file');
	await writeFile(path, 'x');
	const storage = await open(t, path);
	const calls = [async () => storage.get('config', neverAborts), async () => storage.stat('config', neverAborts), async () => storage.put('config', Buffer.from('x'), neverAborts), async () => listed(storage, '')];
	for (const call of calls) {
		const error = await failure(t, 'BadRequest', call());
		t.regex(error.hint ?? '', /a file where a directory is needed/);
	}
});

test('objects can be read by their owner alone; in a repository that its group may write into, by the group as well', async t => {
	const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o7777;
	for (const [group, expected] of [[0o700, {directory: 0o700, file: 0o400}], [0o2775, {directory: 0o2770, file: 0o440}]] as const) {
		const root = join(await directory(t), 'repository');
		await mkdir(root);
		if (process.getuid?.() === 0) await chown(root, 0, 3000);
		await chmod(root, group);
		const storage = await open(t, root);
		await storage.put('keys/a', Buffer.from('x'), neverAborts);
		await storage.putFile('data/ab/a', await localFile(storage, Buffer.from('y')), neverAborts);
		t.deepEqual({directory: await modeOf(join(root, 'data/ab')), file: await modeOf(join(root, 'data/ab/a'))}, expected);
		t.deepEqual({directory: await modeOf(join(root, 'keys')), file: await modeOf(join(root, 'keys/a'))}, expected);
		t.is((await stat(join(root, 'data/ab/a'))).gid, process.getuid?.() === 0 && group === 0o2775 ? 3000 : (process.getgid?.() ?? 0));
	}
});

test('what is no object is not listed: unfinished files, foreign names, links in folders', async t => {
	const root = await directory(t);
	const storage = await open(t, root);
	await storage.put('data/ab/a', Buffer.from('x'), neverAborts);
	await localFile(storage, Buffer.from('unfinished'));
	await writeFile(join(root, 'data/ab', 'ä'), 'x');
	await symlink(join(root, 'data'), join(root, 'data/ab/loop'));
	await symlink('/nowhere', join(root, 'dangling'));
	t.deepEqual(await listed(storage, ''), [{key: 'data/ab/a', size: 1}]);
});

test('a top folder may lie elsewhere, by a link; what then crosses file systems is refused with the reason', async t => {
	const disk = await mountSmallDisk(t, 8);
	if (!disk) return;
	const root = await directory(t);
	await mkdir(join(disk.path, 'data/ab'), {recursive: true});
	await writeFile(join(disk.path, 'data/ab/a'), 'x');
	await symlink(join(disk.path, 'data'), join(root, 'data'));
	const storage = await open(t, root);
	t.deepEqual(await listed(storage, 'data/'), [{key: 'data/ab/a', size: 1}]);
	t.is((await storage.get('data/ab/a', neverAborts)).toString(), 'x');
	const error = await failure(t, 'BadRequest', storage.put('data/ab/b', Buffer.from('y'), neverAborts));
	t.regex(error.hint ?? '', /must lie on one file system/);
});

test('a file too large to be anything that is read whole does not fill the memory', async t => {
	const root = await directory(t);
	await writeFile(join(root, 'config'), 'begin');
	await truncate(join(root, 'config'), 5 * 1024 ** 3);
	const storage = await open(t, root);
	await failure(t, 'RepositoryDamaged', storage.get('config', neverAborts));
	t.is((await storage.get('config', neverAborts, {offset: 0, length: 5})).toString(), 'begin');
});

test('a put that was interrupted after its file had its name is finished by the next call', async t => {
	const storage = await open(t, await directory(t));
	const file = await localFile(storage, Buffer.from('pack'));
	await storage.putFile('data/ab/a', file, neverAborts);
	await t.notThrowsAsync(storage.putFile('data/ab/a', file, neverAborts));
	await failure(t, 'Unexpected', storage.putFile('data/ab/other', file, neverAborts));
});

test('a process that is killed while it writes leaves only whole objects, and all that it was told are stored', async t => {
	const root = join(await directory(t), 'repository');
	for (let round = 0; round < 8; round++) {
		const child = spawn(process.execPath, [join(import.meta.dirname, '_put-until-killed.ts'), root], {stdio: ['ignore', 'pipe', 'inherit']});
		let output = '';
		child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
		await once(child.stdout, 'data');
		await delay(Math.random() * 60);
		child.kill('SIGKILL');
		await once(child, 'close');

		const storage = await open(t, root);
		const promised = output.split('\n').slice(0, -1);
		const keys = (await listed(storage, '')).map(({key}) => key);
		t.true(promised.length > 0);
		for (const key of promised) t.true(keys.includes(key), `${key} was reported as stored`);
		for (const key of keys) t.is(key.slice(key.lastIndexOf('/') + 1), sha256(await storage.get(key, neverAborts)));

		// The leftovers of the killed process go when the next one begins to write.
		t.is((await readdir(join(root, 'tmp'))).length, 1);
		await access(storage.scratchDirectory);
		t.deepEqual(await readdir(join(root, 'tmp')), [storage.scratchDirectory.slice(join(root, 'tmp/').length)]);
		await storage.close();
		await t.throwsAsync(access(join(root, 'tmp')), {code: 'ENOENT'});
	}
});
