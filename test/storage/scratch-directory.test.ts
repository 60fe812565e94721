import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import test from 'ava';
import {createScratchDirectory, untouchedForMs} from '../../src/storage/scratch-directory.ts';
import type {ExecutionContext} from 'ava';

async function parentOf(t: ExecutionContext): Promise<string> {
	const path = await mkdtemp(join(tmpdir(), 'lazarette-scratch-'));
	t.teardown(async () => rm(path, {recursive: true, force: true}));
	return join(path, 'tmp');
}

const options = {directoryMode: () => 0o700, removeEmptyParent: true};

test('the directory is created when it is first asked for, and leaves nothing when it is removed', async t => {
	const parent = await parentOf(t);
	const scratch = createScratchDirectory(parent, options);
	t.false(existsSync(parent));
	await scratch.remove();
	t.false(existsSync(parent));

	const path = scratch.path();
	t.is(scratch.path(), path);
	t.is((await stat(path)).mode & 0o777, 0o700);
	await writeFile(join(path, 'pack'), 'x');
	await scratch.remove();
	t.false(existsSync(parent));
});

test('two processes, or two openings, never share a directory, and neither removes the other\'s', async t => {
	const parent = await parentOf(t);
	const one = createScratchDirectory(parent, options);
	const other = createScratchDirectory(parent, options);
	t.not(one.path(), other.path());
	t.true(existsSync(one.path()));
	await one.remove();
	t.true(existsSync(other.path()));
	await other.remove();
	t.false(existsSync(parent));
});

test('what a dead process of this machine left is removed at once; what a living one has stays', async t => {
	const parent = await parentOf(t);
	const own = createScratchDirectory(parent, options);
	const [, space = ''] = basename(own.path()).split('-');
	const {pid: dead} = spawnSync(process.execPath, ['--eval', '']);
	const leftover = join(parent, `lazarette-${space}-${dead}-0123456789abcdef`);
	const living = join(parent, `lazarette-${space}-${process.ppid}-0123456789abcdef`);
	for (const path of [leftover, living]) {
		await mkdir(path);
		await writeFile(join(path, 'pack'), 'x');
	}

	createScratchDirectory(parent, options).path();
	t.false(existsSync(leftover));
	t.true(existsSync(join(living, 'pack')));
});

test('what another node left is removed only when nothing in it was touched for days', async t => {
	const parent = await parentOf(t);
	await mkdir(parent);
	const old = new Date(Date.now() - untouchedForMs - 60_000);
	const foreign = async (name: string, touched: {directory: Date; file: Date}): Promise<string> => {
		const path = join(parent, `lazarette-fedcba9876543210-${name}-0123456789abcdef`);
		await mkdir(path);
		await writeFile(join(path, 'pack'), 'x');
		await utimes(join(path, 'pack'), touched.file, touched.file);
		await utimes(path, touched.directory, touched.directory);
		return path;
	};
	const abandoned = await foreign('1', {directory: old, file: old});
	const writing = await foreign('2', {directory: old, file: new Date()});
	const publishing = await foreign('3', {directory: new Date(), file: old});

	createScratchDirectory(parent, options).path();
	t.false(existsSync(abandoned));
	t.true(existsSync(writing));
	t.true(existsSync(publishing));
});

test('what is not a scratch directory is left alone, however old', async t => {
	const parent = await parentOf(t);
	await mkdir(parent);
	const old = new Date(0);
	for (const name of ['notes', 'lazarette-x', 'lazarette-fedcba9876543210-1-0123456789abcdef.bak']) {
		await mkdir(join(parent, name));
		await utimes(join(parent, name), old, old);
	}

	const scratch = createScratchDirectory(parent, options);
	scratch.path();
	await scratch.remove();
	t.is((await readdir(parent)).length, 3);
});
