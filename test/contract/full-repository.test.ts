import {readdirSync, rmSync, statfsSync, writeFileSync} from 'node:fs';
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
import {mountSmallDisk} from './_small-disk.ts';

const mebibyte = 1024 * 1024;

/** Leaves so much room on a file system. */
function fill(path: string, left: number): string {
	const {bavail, bsize} = statfsSync(path);
	const ballast = join(path, 'ballast');
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
