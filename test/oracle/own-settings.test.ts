import test from 'ava';
import {createCipheriv} from 'node:crypto';
import {readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {neverAborts} from '../../src/base/abort.ts';
import {backUp} from '../repository/restic/write/_back-up.ts';
import {manifest} from './_hostile-tree.ts';
import {peers} from './_peers.ts';
import {resticBinaries, resticOutput} from './_restic.ts';

const generated = 'WbB2bMIj8SpHBGLLaj2wxaJALwqNkCs1NZWq2aokf9w=';
const thoughtUp = 'correct horse battery staple';
const noise = (bytes: number): Buffer => createCipheriv('aes-128-ctr', Buffer.alloc(16, 3), Buffer.alloc(16)).update(Buffer.alloc(bytes));

for (const {version, path: binary} of await resticBinaries()) {
	test(`restic ${version} opens a repository by a generated password, whose key costs next to nothing to try`, async t => {
		const on = peers(t, binary);
		const {repository} = await on.create({password: generated});
		const derivations = (): number[] => readdirSync(join(on.path, 'keys')).map(name => (JSON.parse(readFileSync(join(on.path, 'keys', name), 'utf8')) as {N: number}).N).sort((a, b) => a - b);
		t.deepEqual(derivations(), [1024]);
		await resticOutput(binary, on.path, generated, ['cat', 'config']);
		await repository.addKey(thoughtUp, neverAborts);
		await repository.close();
		t.deepEqual(derivations(), [1024, 32_768]);
		for (const password of [generated, thoughtUp]) await resticOutput(binary, on.path, password, ['check']);
	});

	test(`restic ${version} passes over our chunker: it reads what was cut by it, adds archives of its own, removes and prunes, and leaves the setting alone`, async t => {
		const on = peers(t, binary);
		writeFileSync(join(on.source, 'large'), noise(9 * 1024 * 1024));
		writeFileSync(join(on.source, 'zeros'), Buffer.alloc(9 * 1024 * 1024));
		const {repository} = await on.create();
		const {chunker} = repository.config;
		t.is(chunker.kind, 'Fast');
		const {archive} = await backUp(repository, on.source);
		await repository.close();

		await on.restic('backup', '.');
		await on.restic('forget', '--keep-last', '1', '--group-by', '', '--prune');
		t.regex(await on.restic('check', '--read-data'), /no errors were found/);
		const {repository: again} = await on.open();
		t.deepEqual(again.config.chunker, chunker);
		t.deepEqual((await again.archives(neverAborts)).map(({id}) => id).filter(id => id === archive.id), []);
		const second = await backUp(again, on.source);
		await again.close();
		t.regex(await on.restic('check', '--read-data'), /no errors were found/);
		const target = on.directory('restored');
		await on.restic('restore', second.archive.id, '--target', target);
		t.deepEqual(manifest(target), manifest(on.source));
	});

	test(`restic ${version} shares data with a repository that was made for it`, async t => {
		const on = peers(t, binary);
		writeFileSync(join(on.source, 'large'), noise(9 * 1024 * 1024));
		const {repository} = await on.create({chunker: 'Restic', treeForm: 'restic'});
		await backUp(repository, on.source, {hostname: 'oracle'});
		await repository.close();
		t.regex(await on.restic('backup', '--force', '--host', 'oracle', '.'), /Added to the repository: 0 B/);
	});
}
