import {mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import type {ExecutionContext} from 'ava';
import {openLinuxFileSystem} from '../../src/engine/file-system/linux/open-linux-file-system.ts';
import {claimTarget, releaseTarget} from '../../src/mover/tasks/claim-target.ts';

async function target(t: ExecutionContext): Promise<string> {
	const directory = await mkdtemp(join(tmpdir(), 'lazarette-target-'));
	t.teardown(async () => rm(directory, {recursive: true, force: true}));
	return directory;
}

test('an empty target is claimed, and resumed by the same run only', async t => {
	const directory = await target(t);
	t.deepEqual(await claimTarget(directory, 'run-1'), {resumed: false});
	await writeFile(join(directory, 'half'), 'data');
	t.deepEqual(await claimTarget(directory, 'run-1'), {resumed: true});
	t.like(await t.throwsAsync(claimTarget(directory, 'run-2')), {code: 'TargetNotEmpty'});
});

test('a target that holds anything is refused and stays as it is', async t => {
	const directory = await target(t);
	await writeFile(join(directory, 'precious'), 'data');
	t.like(await t.throwsAsync(claimTarget(directory, 'run')), {code: 'TargetNotEmpty'});
	t.deepEqual(await readdir(directory), ['precious']);
});

test('lost+found of a fresh file system does not count', async t => {
	const directory = await target(t);
	await mkdir(join(directory, 'lost+found'));
	t.deepEqual(await claimTarget(directory, 'run'), {resumed: false});
});

test('a file that calls itself lost+found counts', async t => {
	const directory = await target(t);
	await writeFile(join(directory, 'lost+found'), 'data');
	t.like(await t.throwsAsync(claimTarget(directory, 'run')), {code: 'TargetNotEmpty'});
});

test('releasing a target removes the mark and keeps the root\'s time', async t => {
	const directory = await target(t);
	await claimTarget(directory, 'run');
	await utimes(directory, 1000, 1000);
	await releaseTarget(directory, await openLinuxFileSystem());
	t.deepEqual(await readdir(directory), []);
	t.is((await stat(directory)).mtimeMs, 1_000_000);
});
