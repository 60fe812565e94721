import {readFileSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../src/base/abort.ts';
import {isLazaretteError} from '../../src/base/errors.ts';
import {createResticRepository} from '../../src/repository/restic/restic-repository.ts';
import {openFilesystemStorage} from '../../src/storage/filesystem/open-filesystem-storage.ts';
import {quickRepository} from '../repository/restic/prune/_quick-repository.ts';
import {stopping} from '../repository/restic/prune/_stop-at.ts';
import {problemsOf, stoppedEverywhere} from '../repository/restic/prune/_stopped-everywhere.ts';
import {writtenRepository} from '../repository/restic/prune/_written-repository.ts';
import {password, reopen, repositoryOptions, temporaryDirectory, testHolder} from '../repository/restic/write/_repository.ts';
import {resticBinaries, resticOutput} from './_restic.ts';
import type {ExecutionContext} from 'ava';
import type {ResticRepository} from '../../src/repository/restic/restic-repository.ts';

const newest = (await resticBinaries()).at(-1)!;

const filesOf = (path: string, folder: string): string[] =>
	readdirSync(join(path, folder), {recursive: true, encoding: 'utf8'})
		.filter(name => statSync(join(path, folder, name)).isFile())
		.sort();

const nameOf = (file: string): string => file.slice(file.lastIndexOf('/') + 1);

async function soundToRestic(t: ExecutionContext, path: string): Promise<void> {
	await resticOutput(newest.path, path, password, ['unlock', '--remove-all']);
	t.regex(await resticOutput(newest.path, path, password, ['check', '--read-data']), /no errors were found/);
}

test('a repair of the index that is stopped at any call loses no pack, and the next one completes', async t => {
	const origin = await writtenRepository(t);
	const indexes = filesOf(origin, 'index');
	rmSync(join(origin, 'index', indexes[0]!));
	const damaged = join(origin, 'index', indexes[1]!);
	const bytes = readFileSync(damaged);
	bytes[40]! ^= 1;
	rmSync(damaged);
	writeFileSync(damaged, bytes);
	const packs = filesOf(origin, 'data');
	const stops = await stoppedEverywhere(t, {
		origin,
		work: async repository => repository.repairIndex({}, neverAborts),
		async afterStop(path) {
			t.deepEqual(filesOf(path, 'data'), packs);
		},
		async afterRepetition(path, repository) {
			t.deepEqual(await problemsOf(repository), []);
			await repository.close();
			t.deepEqual(filesOf(path, 'data'), packs);
			await soundToRestic(t, path);
		},
	});
	t.log(`a repair of the index stopped at ${stops} places`);
	t.true(stops > 20);
});

test('a salvage of packs and archives that is stopped at any call loses nothing that is intact, and the next one completes', async t => {
	const origin = await writtenRepository(t);
	const {repository: before} = await reopen(t, origin);
	const archives = (await before.archives(neverAborts)).length;
	await before.close();
	// The largest pack of each index is one of content.
	const pack = filesOf(origin, 'data').sort((a, b) => statSync(join(origin, 'data', b)).size - statSync(join(origin, 'data', a)).size)[0]!;
	const bytes = readFileSync(join(origin, 'data', pack));
	bytes[3000]! ^= 1;
	rmSync(join(origin, 'data', pack));
	writeFileSync(join(origin, 'data', pack), bytes);
	let lost = -1;
	const stops = await stoppedEverywhere(t, {
		origin,
		async work(repository) {
			await repository.repairPacks({packs: [nameOf(pack)]}, neverAborts).then(
				({packs: [result]}) => (lost = result!.lost.length),
				(error: unknown) => {
					// Gone already, as a repetition may find it.
					if (!isLazaretteError(error, 'BadRequest')) throw error;
				},
			);
			await repository.repairSnapshots({forget: true}, neverAborts);
		},
		async afterStop(_, repository) {
			t.true((await repository.archives(neverAborts)).length >= archives);
		},
		async afterRepetition(path, repository) {
			t.deepEqual(await problemsOf(repository), []);
			t.is((await repository.archives(neverAborts)).length, archives);
			await repository.close();
			await soundToRestic(t, path);
		},
	});
	t.is(lost, 1);
	t.log(`a salvage stopped at ${stops} places`);
	t.true(stops > 40);
});

test('a copy that is stopped at any call leaves only whole archives, and the next one brings the rest', async t => {
	const from = await writtenRepository(t);
	const {path: origin, repository: empty} = await quickRepository(t, {packSize: 50_000});
	await empty.close();
	const {repository: source} = await reopen(t, from);
	const handle = await source.copySource(neverAborts);
	const stops = await stoppedEverywhere(t, {
		origin,
		work: async (repository: ResticRepository) => repository.copyFrom({from: handle}, neverAborts),
		async afterStop(_, repository) {
			t.deepEqual(await problemsOf(repository), []);
		},
		async afterRepetition(path, repository) {
			t.is((await repository.archives(neverAborts)).length, 6);
			t.deepEqual(await problemsOf(repository), []);
			await repository.close();
			await soundToRestic(t, path);
		},
	});
	await source.close();
	t.log(`a copy stopped at ${stops} places`);
	t.true(stops >= 24);
});

test('a key that is added or removed, stopped at any call, leaves the repository open to the password in use', async t => {
	const origin = await writtenRepository(t);
	const added = await stoppedEverywhere(t, {
		origin,
		work: async repository => repository.addKey('another', neverAborts),
		afterStop: async (_, repository) => void t.is((await repository.archives(neverAborts)).length, 6),
		async afterRepetition(path, repository) {
			t.true((await repository.keys(neverAborts)).every(({problem}) => problem === undefined));
			await repository.close();
			await resticOutput(newest.path, path, 'another', ['cat', 'config', '--no-lock']);
		},
	});
	const {repository} = await reopen(t, origin);
	const id = await repository.addKey('another', neverAborts);
	await repository.close();
	const removed = await stoppedEverywhere(t, {
		origin,
		async work(one) {
			if ((await one.keys(neverAborts)).some(key => key.id === id)) await one.removeKey(id, neverAborts);
		},
		afterStop: async (_, one) => void t.is((await one.archives(neverAborts)).length, 6),
		async afterRepetition(path, one) {
			t.is((await one.keys(neverAborts)).length, 1);
			await one.close();
			await resticOutput(newest.path, path, password, ['cat', 'config', '--no-lock']);
		},
	});
	t.log(`adding a key stopped at ${added} places, removing one at ${removed}`);
	t.true(added > 10 && removed > 10);
});

test('locks that are removed, stopped at any call, are gone after the next attempt, and nothing else is', async t => {
	const origin = await writtenRepository(t);
	const left: [string, Buffer][] = [];
	for (const hostname of ['killed-pod', 'laptop']) {
		const {repository} = await reopen(t, origin, {holder: {...testHolder, hostname}});
		await repository.copySource(neverAborts);
		left.push(...filesOf(origin, 'locks').map((name): [string, Buffer] => [join(origin, 'locks', name), readFileSync(join(origin, 'locks', name))]));
		await repository.close();
	}
	for (const [path, bytes] of left) writeFileSync(path, bytes);
	const others = ['config', 'data', 'index', 'keys', 'snapshots'].map(name => (name === 'config' ? name : filesOf(origin, name)));
	const stops = await stoppedEverywhere(t, {
		origin,
		work: async repository => repository.unlock({all: true}, neverAborts),
		afterStop: async path => void t.true(filesOf(path, 'locks').length <= left.length),
		async afterRepetition(path, repository) {
			await repository.close();
			t.deepEqual(filesOf(path, 'locks'), []);
			t.deepEqual(['config', 'data', 'index', 'keys', 'snapshots'].map(name => (name === 'config' ? name : filesOf(path, name))), others);
			t.regex(await resticOutput(newest.path, path, password, ['check']), /no errors were found/);
		},
	});
	t.log(`unlocking stopped at ${stops} places`);
	t.true(stops >= 10);
});

test('a creation that is stopped at any call is finished by the next, or leaves a repository that opens', async t => {
	t.timeout(300_000);
	let stops = 0;
	for (const moment of ['before', 'after'] as const) {
		for (let at = 1; ; at++) {
			const path = join(temporaryDirectory(t), 'repository');
			const inner = openFilesystemStorage({kind: 'filesystem', path});
			const store = stopping(inner);
			store.stopAt(at, moment);
			const whole = await createResticRepository(repositoryOptions(store.storage)).then(
				async repository => repository.close().then(() => true),
				() => false,
			);
			const {calls} = store;
			await inner.close();
			const again = openFilesystemStorage({kind: 'filesystem', path});
			const next = await createResticRepository(repositoryOptions(again)).catch((error: unknown) => {
				if (!isLazaretteError(error, 'RepositoryExists')) throw error;
			});
			await next?.close();
			await again.close();
			const {repository} = await reopen(t, path);
			t.deepEqual(await problemsOf(repository), []);
			await repository.close();
			await soundToRestic(t, path);
			rmSync(path, {recursive: true});
			if (calls < at) {
				t.true(whole);
				break;
			}
			stops++;
		}
	}
	t.log(`a creation stopped at ${stops} places`);
	t.true(stops > 10);
});
