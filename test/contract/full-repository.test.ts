import {hash} from 'node:crypto';
import {mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../src/base/abort.ts';
import {systemClock} from '../../src/base/clock.ts';
import {openLinuxFileSystem} from '../../src/engine/file-system/linux/open-linux-file-system.ts';
import {restoreArchive} from '../../src/engine/restore/restore-archive.ts';
import {quickRepository} from '../repository/restic/prune/_quick-repository.ts';
import {readBack} from '../repository/restic/read/_read-back.ts';
import {backUp} from '../repository/restic/write/_back-up.ts';
import {reopen, temporaryDirectory} from '../repository/restic/write/_repository.ts';
import {noise} from '../repository/restic/write/_source.ts';
import type {LazaretteError} from '../../src/base/errors.ts';
import {mountSmallDisk} from './_small-disk.ts';

const mebibyte = 1024 * 1024;

/** Leaves so much room on a file system. */
function fill(path: string, left: number, name = 'ballast'): string {
	const {bavail, bsize} = statfsSync(path);
	const ballast = join(path, name);
	writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - left)));
	return ballast;
}

test('a disk that is full in the middle of a backup, a copy or a prune costs that run, and nothing that was there', async t => {
	const disk = await mountSmallDisk(t, 48);
	if (!disk) return;
	const source = temporaryDirectory(t);
	writeFileSync(join(source, 'first'), noise(1, 3 * mebibyte));
	const path = join(disk.path, 'repository');
	const {repository} = await quickRepository(t, {path, packSize: mebibyte});
	const {archive} = await backUp(repository, source);
	await repository.close();
	const {repository: elsewhere} = await quickRepository(t);
	writeFileSync(join(source, 'second'), noise(2, 12 * mebibyte));
	await backUp(elsewhere, source);

	const works = {
		backup: async () => backUp(repository, source),
		copy: async () => repository.copyFrom({from: await elsewhere.copySource(neverAborts)}, neverAborts),
		prune: async () => repository.forget({policy: {last: 1}, prune: {maxUnused: {bytes: 0}}}, neverAborts),
	};
	for (const [name, work] of Object.entries(works)) {
		// From no room at all to too little for the whole.
		for (const left of [0, 64 * 1024, 1.5 * mebibyte]) {
			if (name === 'prune' && left > 0) continue;
			const ballast = fill(disk.path, left);
			await t.throwsAsync(work(), {code: 'StoreFull'}, `${name} with ${left} bytes left`);
			await repository.close().catch(() => undefined);
			rmSync(ballast);
			const {repository: after} = await reopen(t, path);
			t.deepEqual((await after.check({readData: true}, neverAborts)).problems, []);
			t.is((await after.archives(neverAborts)).length, 1);
			t.is((await readBack(after, archive)).size, 1);
			await after.close();
			t.deepEqual(readdirSync(join(path, 'locks')), []);
		}
	}
	t.is((await backUp(repository, source)).archive.tree === archive.tree, false);
	t.is((await works.copy()).copied.length, 1);
	await repository.close();
	await elsewhere.close();
});

test('a store without room even for a lock gives back what nothing needs, and then all works again', async t => {
	const disk = await mountSmallDisk(t, 48);
	if (!disk) return;
	const source = temporaryDirectory(t);
	const path = join(disk.path, 'repository');
	const {repository} = await quickRepository(t, {path, packSize: mebibyte});
	for (let run = 0; run < 3; run++) {
		writeFileSync(join(source, 'changing'), noise(run, 3 * mebibyte));
		await backUp(repository, source, {time: new Date(Date.parse('2026-11-01T00:00:00Z') + run * 86_400_000)});
	}
	await repository.close();
	const {archive, kept} = await (async () => {
		const archives = await repository.archives(neverAborts);
		return {archive: archives.at(-1)!, kept: archives.length};
	})();
	const [word, free] = [repository.id, (): number => statfsSync(path).bavail * statfsSync(path).bsize];

	// What a run that was cut off by the full disk leaves: nothing refers to it, but nobody can lock the repository to remove it.
	const stray = noise(9, mebibyte);
	const id = hash('sha256', stray, 'hex');
	mkdirSync(join(path, 'data', id.slice(0, 2)), {recursive: true});
	writeFileSync(join(path, 'data', id.slice(0, 2), id), stray);
	fill(disk.path, 0);
	t.is(free(), 0);
	await t.throwsAsync(repository.prune({}, neverAborts), {code: 'StoreFull'});
	const refused = await t.throwsAsync(repository.makeRoom({word: 'yes'}, neverAborts), {code: 'BadRequest'});
	t.true((refused as LazaretteError).hint?.includes(word));
	t.is(free(), 0);
	const {freed, pruned} = await repository.makeRoom({word}, neverAborts);
	t.deepEqual(freed, {indexFiles: 0, packs: 1, bytes: mebibyte});
	t.is(pruned.packs.unindexed.count, 0);
	t.is((await repository.archives(neverAborts)).length, kept);

	// All that is left is needed: only forgetting makes room.
	fill(disk.path, 0, 'all of it');
	await t.throwsAsync(repository.makeRoom({word}, neverAborts), {code: 'StoreFull', message: /no room for a lock/});
	const {forgotten} = await repository.makeRoom({word, forget: {policy: {last: 1}}}, neverAborts);
	t.is(forgotten?.remove.length, 2);
	t.true(free() > 5 * mebibyte);
	const check = await repository.check({readData: true}, neverAborts);
	t.deepEqual([check.problems, check.warnings, check.archives, check.unreferencedPacks.count], [[], [], 1, 0]);
	t.is((await readBack(repository, archive)).size, 1);
	await repository.close();
	t.deepEqual(readdirSync(join(path, 'locks')), []);
});

test('a target that is full ends the restore with its name, and once there is room the same restore goes on', async t => {
	const disk = await mountSmallDisk(t, 24);
	if (!disk) return;
	const source = temporaryDirectory(t);
	for (let file = 0; file < 8; file++) writeFileSync(join(source, `f${file}`), noise(file, mebibyte));
	const {repository} = await quickRepository(t);
	const {archive} = await backUp(repository, source);
	const target = join(disk.path, 'target');
	const restore = async () =>
		restoreArchive({repository, fileSystem: await openLinuxFileSystem(), archive, target, paths: [], overwrite: 'IfChanged', deleteExtra: false, preview: false, ownership: 'keep', clock: systemClock, signal: neverAborts});
	const ballast = fill(disk.path, 3.5 * mebibyte);
	await t.throwsAsync(restore(), {code: 'TargetFull', message: /\/f\d/});
	rmSync(ballast);
	const {failed, problemsTotal} = await restore();
	t.deepEqual([failed, problemsTotal], [0, 0]);
	t.is(readdirSync(target).length, 8);
	await repository.close();
});
