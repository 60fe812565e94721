import test from 'ava';
import {createCipheriv} from 'node:crypto';
import {mkdirSync, mkdtempSync, readdirSync, writeFileSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {neverAborts} from '../../src/base/abort.ts';
import {systemClock} from '../../src/base/clock.ts';
import {openLinuxFileSystem} from '../../src/engine/file-system/linux/open-linux-file-system.ts';
import {restoreArchive} from '../../src/engine/restore/restore-archive.ts';
import {newRepository, password, reopen} from '../repository/restic/write/_repository.ts';
import {archiveAsMover} from './_as-mover.ts';
import {manifest} from './_hostile-tree.ts';
import {jailedRestic} from './_jailed-restic.ts';
import {resticBinaries} from './_restic.ts';
import type {ExecutionContext} from 'ava';
import type {ArchiveOutcome} from '../../src/engine/archive/archive-outcome.ts';
import type {Archive} from '../../src/repository/archive.ts';

const fileSystem = await openLinuxFileSystem();

/** A machine as a mover of another operator sees it, with a volume at `at` that has a folder named like the path that VolSync mounts volumes at. */
async function world(t: ExecutionContext, binary: string, at: string) {
	const root = mkdtempSync(join(tmpdir(), 'lazarette-adopt-'));
	t.teardown(async () => rm(root, {recursive: true, force: true}));
	const volume = join(root, at);
	mkdirSync(join(volume, 'data/deep'), {recursive: true});
	writeFileSync(join(volume, 'data/deep/large'), createCipheriv('aes-128-ctr', Buffer.alloc(16, 5), Buffer.alloc(16)).update(Buffer.alloc(3_000_000)));
	writeFileSync(join(volume, 'data/small'), 'small');
	writeFileSync(join(volume, 'top'), 'top');
	const repository = join(root, 'repository');
	await (await newRepository(t, {path: repository, clock: systemClock, chunker: 'Restic'})).repository.close();
	return {
		root,
		volume,
		restic: await jailedRestic(root, binary, password),
		/** As a mover does. */
		async backUp(): Promise<ArchiveOutcome> {
			const {repository: opened} = await reopen(t, repository, {clock: systemClock});
			const outcome = await archiveAsMover({repository: opened, fileSystem, volume, claim: {name: 'orders'}});
			await opened.close();
			return outcome;
		},
		/** As a mover does: the names at the root of the target, and the target. */
		async restore(choose: (archives: readonly Archive[]) => Archive): Promise<{target: string; names: string[]}> {
			const {repository: opened} = await reopen(t, repository, {clock: systemClock});
			const target = mkdtempSync(join(root, 'target-'));
			const archive = choose(await opened.archives(neverAborts));
			await restoreArchive({repository: opened, fileSystem, archive, volume: true, target, paths: [], overwrite: 'IfChanged', deleteExtra: false, preview: false, ownership: 'archive', clock: systemClock, signal: neverAborts});
			await opened.close();
			return {target, names: readdirSync(target).sort()};
		},
	};
}

const newest = (archives: readonly Archive[]): Archive => archives.at(-1)!;

for (const {version, path: binary} of await resticBinaries()) {
	test(`a claim that VolSync backed up with restic ${version} goes on from there: nothing is read again, and its archives come back`, async t => {
		const on = await world(t, binary, 'data');
		await on.restic(['backup', '--host', 'volsync', '--exclude', 'lost+found', '.'], '/data');
		const {names, target} = await on.restore(newest);
		t.deepEqual(names, ['data', 'top']);
		t.deepEqual(manifest(target), manifest(on.volume));

		const {tally, parent, archive} = await on.backUp();
		t.like(parent, {hostname: 'volsync', paths: ['/data']});
		t.like(tally, {filesNew: 0, filesChanged: 0, filesUnmodified: 3, bytesRead: 0});
		t.deepEqual(manifest((await on.restore(newest)).target), manifest(on.volume));
		t.is((await on.backUp()).parent?.id, archive.id, 'from then on our own is the parent');
		t.regex(await on.restic(['check', '--read-data']), /no errors were found/);
	});

	test(`a claim that K8up backed up with restic ${version} goes on from there: nothing is read again, and its archives come back`, async t => {
		const on = await world(t, binary, 'data/orders');
		mkdirSync(join(on.root, 'data/photos'));
		writeFileSync(join(on.root, 'data/photos/photo'), 'another claim');
		for (const claim of ['orders', 'photos']) await on.restic(['backup', '--host', 'shop', `/data/${claim}`]);
		t.deepEqual((await on.restore(newest)).names, ['photo']);
		const {names, target} = await on.restore(archives => archives[0]!);
		t.deepEqual(names, ['data', 'top']);
		t.deepEqual(manifest(target), manifest(on.volume));

		const {tally, parent} = await on.backUp();
		t.like(parent, {hostname: 'shop', paths: ['/data/orders']});
		t.like(tally, {filesNew: 0, filesChanged: 0, filesUnmodified: 3, bytesRead: 0});
		t.deepEqual(manifest((await on.restore(newest)).target), manifest(on.volume));
		t.regex(await on.restic(['check', '--read-data']), /no errors were found/);
	});

	test(`what restic ${version} was given as a path of any kind comes back at the root of the target`, async t => {
		const on = await world(t, binary, 'srv/orders');
		for (const [path, workingDirectory] of [['.', '/srv/orders'], ['orders', '/srv'], ['/srv/orders', '/']] as const) {
			await on.restic(['backup', path], workingDirectory);
			t.deepEqual((await on.restore(newest)).names, ['data', 'top'], path);
		}
		await on.restic(['backup', 'data', 'top'], '/srv/orders');
		t.deepEqual((await on.restore(newest)).names, ['data', 'top'], 'several paths are one archive, taken as a whole');
	});
}
