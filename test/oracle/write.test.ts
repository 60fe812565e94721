import test from 'ava';
import {backUp} from '../repository/restic/write/_back-up.ts';
import {manifest, writeHostileTree} from './_hostile-tree.ts';
import {isAtLeast, newestTree, peers} from './_peers.ts';
import {resticBinaries} from './_restic.ts';

for (const {version, path: binary} of await resticBinaries()) {
	const rawTargets = isAtLeast(version, '0.16');

	for (const treeForm of ['restic', 'canonical'] as const) {
		test(`restic ${version} finds no fault in an archive of ours with ${treeForm} trees, and restores it equal`, async t => {
			const on = peers(t, binary);
			writeHostileTree(on.source, {rawTargets});
			const {repository} = await on.create({treeForm});
			const {archive} = await backUp(repository, on.source);
			await repository.close();

			t.regex(await on.restic('check', '--read-data'), /no errors were found/);
			const target = on.directory('restored');
			await on.restic('restore', archive.id, '--target', target);
			t.deepEqual(manifest(target), manifest(on.source));
		});
	}

	test(`restic ${version} makes the very same tree of the same volume, and has nothing to add`, async t => {
		const on = peers(t, binary);
		writeHostileTree(on.source, {rawTargets});
		const {repository} = await on.create({treeForm: 'restic', chunker: 'Restic'});
		const {archive} = await backUp(repository, on.source, {hostname: 'oracle'});
		await repository.close();

		t.regex(await on.restic('backup', '--force', '--host', 'oracle', '.'), /Added to the repository: 0 B/);
		t.is(await newestTree(on), archive.tree);
	});

	test(`restic ${version} takes an archive of ours as parent and finds every file unmodified`, async t => {
		const on = peers(t, binary);
		writeHostileTree(on.source, {rawTargets});
		for (const treeForm of ['canonical', 'restic'] as const) {
			const {repository} = treeForm === 'canonical' ? await on.create({treeForm}) : await on.open({treeForm});
			await backUp(repository, on.source, {hostname: 'oracle'});
			await repository.close();
			t.regex(await on.restic('backup', '--host', 'oracle', '.'), /Files: +0 new, +0 changed, +\d+ unmodified/);
		}
	});

	test(`restic ${version} reads what we store uncompressed`, async t => {
		const on = peers(t, binary);
		writeHostileTree(on.source, {rawTargets});
		const {repository} = await on.create({compression: 'off', packSize: 4 * 1024 * 1024});
		await backUp(repository, on.source);
		await repository.close();
		t.regex(await on.restic('check', '--read-data'), /no errors were found/);
		const target = on.directory('restored');
		await on.restic('restore', 'latest', '--target', target);
		t.deepEqual(manifest(target), manifest(on.source));
	});
}
