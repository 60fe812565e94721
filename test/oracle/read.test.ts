import test from 'ava';
import {neverAborts} from '../../src/base/abort.ts';
import {readBack} from '../repository/restic/read/_read-back.ts';
import {backUp} from '../repository/restic/write/_back-up.ts';
import {manifest, writeHostileTree} from './_hostile-tree.ts';
import {isAtLeast, peers} from './_peers.ts';
import {resticBinaries} from './_restic.ts';
import type {Archive} from '../../src/repository/archive.ts';
import type {Repository} from '../../src/repository/repository.ts';

const formats: Record<string, number> = {file: 0o100_000, dir: 0o040_000, symlink: 0o120_000, dev: 0o060_000, chardev: 0o020_000, fifo: 0o010_000, socket: 0o140_000};

/** What a restore of the archive would give, in the words of `manifest`. */
async function archiveManifest(repository: Repository, archive: Archive): Promise<Record<string, string>> {
	const links = new Map<bigint, string>();
	const entries: Record<string, string> = {};
	for (const [path, {node, sha256}] of await readBack(repository, archive)) {
		const parts: Array<string | number | bigint> = [(formats[node.type]! | node.mode).toString(8), node.uid, node.gid, node.mtimeNs];
		if (sha256) parts.push(sha256);
		if (node.linkTarget) parts.push(node.linkTarget.toString('latin1'));
		if (node.device !== undefined) parts.push(node.device);
		if (node.links > 1) {
			if (!links.has(node.inode)) links.set(node.inode, path);
			parts.push(`linked to ${links.get(node.inode)}`);
		}
		entries[path] = parts.join(' ');
	}
	return entries;
}

const mebibyte = 1024 * 1024;

for (const {version, path: binary} of await resticBinaries()) {
	const rawTargets = isAtLeast(version, '0.16');

	for (const [what, init, backup] of [
		['as it is by default', [], []],
		['without compression', [], ['--compression', 'off']],
		['with the best compression and small packs', [], ['--compression', 'max', '--pack-size', '4']],
		['in version 1 of its format', ['--repository-version', '1'], []],
	] as const) {
		test(`what restic ${version} wrote ${what} is read, checked and continued by us`, async t => {
			const on = peers(t, binary);
			writeHostileTree(on.source, {rawTargets});
			await on.restic('init', ...init);
			await on.restic('backup', '--host', 'oracle', '--tag', 'nightly', ...backup, '.');

			const {repository} = await on.open({treeForm: 'restic', packSize: 4 * mebibyte});
			const [archive] = await repository.archives(neverAborts);
			t.like(archive, {hostname: 'oracle', tags: ['nightly'], paths: [on.source]});
			t.deepEqual(await archiveManifest(repository, archive!), manifest(on.source));
			const {problems, warnings, bytesProven, packBytes} = await repository.check({readData: true}, neverAborts);
			t.deepEqual([problems, warnings], [[], []]);
			t.is(bytesProven, packBytes);

			const next = await backUp(repository, on.source, {parent: archive!, hostname: 'oracle'});
			t.is(next.filesRead, 0);
			t.is(next.archive.tree, archive!.tree);
			const anew = await backUp(repository, on.source, {hostname: 'oracle'});
			t.is(anew.archive.tree, archive!.tree);
			await repository.close();
			t.regex(await on.restic('check', '--read-data'), /no errors were found/);
		});
	}
}
