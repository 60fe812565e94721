import {mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../src/base/abort.ts';
import {readBack} from '../repository/restic/read/_read-back.ts';
import {backUp} from '../repository/restic/write/_back-up.ts';
import {noise, writeSource} from '../repository/restic/write/_source.ts';
import {isAtLeast, peers} from './_peers.ts';
import {resticBinaries} from './_restic.ts';
import type {ExecutionContext} from 'ava';
import type {Peers} from './_peers.ts';

/** Both checks, and every archive read whole. */
async function proveSound(t: ExecutionContext, on: Peers, archives: number): Promise<void> {
	t.regex(await on.restic('check', '--read-data'), /no errors were found/);
	const {repository} = await on.open();
	const {problems, warnings} = await repository.check({readData: true}, neverAborts);
	t.deepEqual([problems, warnings], [[], []]);
	const all = await repository.archives(neverAborts);
	t.is(all.length, archives);
	for (const archive of all) t.true((await readBack(repository, archive)).size > 0);
	await repository.close();
}

async function ourBackup(on: Peers): Promise<void> {
	const {repository} = await on.open();
	const parent = (await repository.archives(neverAborts)).at(-1);
	await backUp(repository, on.source, {hostname: 'oracle', ...(parent ? {parent} : {})});
	await repository.close();
}

const resticBackup = async (on: Peers): Promise<string> => on.restic('backup', '--host', 'oracle', '.');

for (const {version, path: binary} of await resticBinaries()) {
	test(`restic ${version} and we work on one repository in turn, and it stays sound after every step`, async t => {
		const on = peers(t, binary);
		writeSource(on.source);
		const {repository} = await on.create({packSize: 1024 * 1024});
		await backUp(repository, on.source, {hostname: 'oracle'});
		await repository.close();
		await proveSound(t, on, 1);

		writeFileSync(join(on.source, 'second'), noise(7, 2_000_000));
		await resticBackup(on);
		rmSync(join(on.source, 'a/noise'));
		mkdirSync(join(on.source, 'new'));
		writeFileSync(join(on.source, 'new/third'), noise(8, 2_000_000));
		await ourBackup(on);
		await proveSound(t, on, 3);

		// Our first archive goes, and with it blobs in packs that are still needed: restic copies the rest out of them.
		await on.restic('forget', '--keep-last', '2', '--prune', '--max-unused', '0');
		await proveSound(t, on, 2);
		await ourBackup(on);
		await on.restic(...(isAtLeast(version, '0.17') ? ['repair', 'index'] : ['rebuild-index']), '--read-all-packs');
		await proveSound(t, on, 3);

		await on.restic('tag', '--add', 'kept', 'latest');
		rmSync(join(on.source, 'second'));
		await ourBackup(on);
		await on.restic('forget', '--keep-last', '1', '--prune', '--max-unused', '0');
		await proveSound(t, on, 1);
		t.notRegex(await on.restic('prune', '--dry-run'), /to delete: +[1-9]\d* blobs/);
	});

	test(`restic ${version} sees our lock while an archive is open, and we see its`, async t => {
		const on = peers(t, binary);
		writeSource(on.source);
		const {repository} = await on.create();
		const writer = await repository.startArchive({}, neverAborts);
		t.not((await on.tryRestic('prune')).code, 0);
		t.is((await on.tryRestic('backup', '.')).code, 0);
		await writer.abandon();
		await repository.close();
		t.is((await on.tryRestic('prune')).code, 0);
		await proveSound(t, on, 1);
	});
}
