import {chmodSync, readdirSync, rmSync, truncateSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../../src/base/abort.ts';
import {isLazaretteError} from '../../../src/base/errors.ts';
import {createResticRepository, openResticRepository} from '../../../src/repository/restic/restic-repository.ts';
import {openFilesystemStorage} from '../../../src/storage/filesystem/open-filesystem-storage.ts';
import {atCall, failing, withFaults} from '../../../src/storage/wrap/fault.ts';
import {backUp} from './write/_back-up.ts';
import {newRepository, reopen, repositoryOptions, temporaryDirectory} from './write/_repository.ts';
import type {ExecutionContext} from 'ava';
import type {ErrorCode} from '../../../src/base/errors.ts';
import type {Storage} from '../../../src/storage/storage.ts';

function storageAt(t: ExecutionContext, path: string): Storage {
	const storage = openFilesystemStorage({kind: 'filesystem', path});
	t.teardown(async () => storage.close());
	return storage;
}

async function fails(t: ExecutionContext, code: ErrorCode, work: Promise<unknown>): Promise<string> {
	const error = await t.throwsAsync(work);
	t.true(isLazaretteError(error, code), error?.stack);
	return error?.message ?? '';
}

test('a repository that was created is opened again by its password and its ID', async t => {
	const {path, repository} = await newRepository(t);
	t.regex(repository.id, /^[\da-f]{64}$/);
	const again = await reopen(t, path, {expectedId: repository.id});
	t.is(again.repository.id, repository.id);
	t.is(again.repository.location, path);
	t.is(again.repository.keyId, repository.keyId);
	t.deepEqual(await again.repository.archives(neverAborts), []);
});

test('an empty location is no repository, and opening it leaves no trace', async t => {
	const path = temporaryDirectory(t);
	t.regex(await fails(t, 'NotARepository', openResticRepository(repositoryOptions(storageAt(t, path)))), new RegExp(path));
	t.deepEqual(readdirSync(path), []);
});

test('a wrong password, and another repository than the one expected, are told apart', async t => {
	const {path, repository} = await newRepository(t);
	await fails(t, 'WrongPassword', openResticRepository(repositoryOptions(storageAt(t, path), {password: 'wrong'})));
	const message = await fails(t, 'NotARepository', openResticRepository(repositoryOptions(storageAt(t, path), {expectedId: 'ab'.repeat(32)})));
	t.true(message.includes(repository.id) && message.includes('ab'.repeat(32)));
});

for (const [what, remove] of [
	['a whole repository', []],
	['a repository without a config', ['config']],
	['archives without key and config', ['config', 'keys']],
	['packs alone', ['config', 'keys', 'snapshots', 'index']],
] as const) {
	test(`${what} is never created over`, async t => {
		const {path, repository} = await newRepository(t);
		await backUp(repository, import.meta.dirname);
		await repository.close();
		for (const name of remove) rmSync(join(path, name), {recursive: true});
		const before = readdirSync(path, {recursive: true}).map(String).toSorted((a, b) => (a < b ? -1 : 1));
		await fails(t, 'RepositoryExists', createResticRepository(repositoryOptions(storageAt(t, path))));
		t.deepEqual(readdirSync(path, {recursive: true}).map(String).toSorted((a, b) => (a < b ? -1 : 1)), before);
	});
}

test('a key of another password alone is never created over', async t => {
	const {path} = await newRepository(t);
	rmSync(join(path, 'config'));
	await fails(t, 'RepositoryExists', createResticRepository(repositoryOptions(storageAt(t, path), {password: 'another'})));
	await fails(t, 'RepositoryDamaged', openResticRepository(repositoryOptions(storageAt(t, path))));
});

test('a creation that was cut off at any call is finished by the next attempt', async t => {
	let cutOff = 0;
	for (let call = 1; ; call++) {
		const path = join(temporaryDirectory(t), 'repository');
		const faulty = withFaults(storageAt(t, path), atCall(call, failing(call % 2 ? 'before' : 'after')));
		const failed = await createResticRepository(repositoryOptions(faulty)).then(
			async repository => repository.close().then(() => false),
			error => isLazaretteError(error, 'StoreUnreachable') || t.fail(String(error)),
		);
		if (!failed) break;
		cutOff++;
		// The answer to the last write may have been lost, so that the repository is there already.
		const repository = await createResticRepository(repositoryOptions(storageAt(t, path))).catch(async error => {
			t.true(isLazaretteError(error, 'RepositoryExists'));
			return openResticRepository(repositoryOptions(storageAt(t, path)));
		});
		t.is(readdirSync(join(path, 'keys')).length, 1);
		t.deepEqual(await repository.archives(neverAborts), []);
	}
	t.true(cutOff >= 7, `${cutOff} calls were cut off`);
});

test('of two that create at the same moment one wins, and its repository is whole', async t => {
	const path = join(temporaryDirectory(t), 'repository');
	const results = await Promise.allSettled([1, 2].map(async () => createResticRepository(repositoryOptions(storageAt(t, path)))));
	t.is(results.filter(result => result.status === 'fulfilled').length, 1);
	const {repository} = await reopen(t, path);
	t.is(readdirSync(join(path, 'keys')).length, 1);
	await backUp(repository, import.meta.dirname);
	t.deepEqual((await repository.check({readData: true}, neverAborts)).problems, []);
});

test('one lock serves everything a process does, and goes when the repository is closed', async t => {
	const {path, repository} = await newRepository(t);
	const {archive} = await backUp(repository, import.meta.dirname);
	await repository.openArchive(archive, neverAborts);
	await repository.check({readData: false}, neverAborts);
	t.is(readdirSync(join(path, 'locks')).length, 1);
	await repository.close();
	t.deepEqual(readdirSync(join(path, 'locks')), []);
	await repository.close();
});

test('locks of dead holders are removed and counted', async t => {
	const {path, repository} = await newRepository(t);
	await repository.check({readData: false}, neverAborts);
	const other = await reopen(t, path, {judgeLock: () => 'dead'});
	await other.repository.check({readData: false}, neverAborts);
	t.is(other.repository.removedLocks, 1);
	t.is(repository.removedLocks, 0);
});

test('archives come oldest first', async t => {
	const {repository} = await newRepository(t);
	for (const day of [3, 1, 2]) await backUp(repository, join(import.meta.dirname, 'tree'), {time: new Date(Date.UTC(2026, 0, day)), tags: [`day${day}`]});
	t.deepEqual((await repository.archives(neverAborts)).map(({tags}) => tags[0]), ['day1', 'day2', 'day3']);
});

test('an archive that can not be read fails the list, unless the caller takes note of it', async t => {
	const {path, repository} = await newRepository(t);
	const {archive} = await backUp(repository, join(import.meta.dirname, 'tree'));
	const {archive: other} = await backUp(repository, join(import.meta.dirname, 'index'));
	const file = join(path, 'snapshots', archive.id);
	chmodSync(file, 0o600);
	truncateSync(file, 40);
	t.true((await fails(t, 'RepositoryDamaged', repository.archives(neverAborts))).includes(archive.id));
	const noted: string[] = [];
	t.deepEqual((await repository.archives(neverAborts, error => void noted.push(error.message))).map(({id}) => id), [other.id]);
	t.is(noted.length, 1);
	t.true(noted[0]?.includes(archive.id));
});
