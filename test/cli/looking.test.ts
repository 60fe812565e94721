import {mkdir, readFile, readdir, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'ava';
import type {ExecutionContext} from 'ava';
import {done, workshop} from './_workshop.ts';

async function twoArchives(t: ExecutionContext): ReturnType<typeof workshop> {
	const at = await workshop(t);
	done(t, await at.lazarette('init'));
	await mkdir(join(at.directory, 'data', 'sub'));
	await writeFile(join(at.directory, 'data', 'sub', 'app.conf'), 'one');
	done(t, await at.lazarette('backup', join(at.directory, 'data'), '--as', '/data', '--host', 'shop', '--tag', 'first', '--compression', 'max', '--verify', 'all', '--pack-size', '8'));
	await writeFile(join(at.directory, 'data', 'sub', 'app.conf'), 'other');
	await writeFile(join(at.directory, 'data', 'new'), 'new');
	done(t, await at.lazarette('backup', join(at.directory, 'data'), '--as', '/data', '--host', 'lab', '--compression', 'off'));
	return at;
}

const ids = async (t: ExecutionContext, {lazarette}: Awaited<ReturnType<typeof workshop>>): Promise<string[]> =>
	done(t, await lazarette('--json', 'archives')).trim().split('\n').map(line => (JSON.parse(line) as {id: string}).id);

test('a file is found in the archives that have it, compared between two of them, and dumped', async t => {
	const at = await twoArchives(t);
	const {lazarette, directory} = at;
	t.is(done(t, await lazarette('find', '*.conf')).match(/\/data\/sub\/app\.conf$/gm)?.length, 2);
	t.is(done(t, await lazarette('find', '*.conf', '--host', 'shop')).match(/app\.conf$/gm)?.length, 1);
	t.is(done(t, await lazarette('--json', 'find', '/data/new')).trim().split('\n').length, 1);
	t.is(done(t, await lazarette('find', 'app.conf', '--changed-to', '2001-01-01T00:00:00Z')), '');
	t.is(done(t, await lazarette('find', 'nothing')), '');

	const [before, after] = await ids(t, at);
	const shown = done(t, await lazarette('diff', before!, 'latest'));
	t.regex(shown, /^\+ \/data\/new$/m);
	t.regex(shown, /^M \/data\/sub\/app\.conf$/m);
	t.regex(shown, /^added: +1 files \(3 B\)/m);
	t.regex(shown, new RegExp(`${before!.slice(0, 8)}.*${after!.slice(0, 8)}`));

	t.is(done(t, await lazarette('dump', before!, '/data/sub/app.conf')), 'one');
	t.regex(done(t, await lazarette('dump', 'latest', '/data/sub/app.conf', '--target', 'copy')), /5 B, every piece verified/);
	t.is(await readFile(join(directory, 'copy'), 'utf8'), 'other');
	t.like(await lazarette('dump', 'latest', '/data/sub/app.conf', '--target', 'copy'), {code: 7});
	done(t, await lazarette('dump', before!, '/data/sub/app.conf', '--target', 'copy', '--force'));
	t.is(await readFile(join(directory, 'copy'), 'utf8'), 'one');
	const tar = done(t, await lazarette('dump', 'latest', '/data/sub'));
	t.regex(tar, /\0data\/sub\/\0.*\0data\/sub\/app\.conf\0.*\0other\0/s);
	t.is(done(t, await lazarette('dump', '-a', 'tar', 'latest', '/data/sub')), tar);
	t.like(JSON.parse(done(t, await lazarette('--json', 'dump', 'latest', '/', '--target', 'all.tar'))), {path: '/', target: 'all.tar'});
	t.like(await lazarette('dump', 'latest', '/data/absent'), {code: 6});
	t.regex(done(t, await lazarette('ls', 'latest', '/data/sub/app.conf')), /5 .* \/data\/sub\/app\.conf$/m);
});

test('archives are copied to a repository with another password, once', async t => {
	const {lazarette, directory} = await twoArchives(t);
	const second = ['-r', join(directory, 'second'), '-p', join(directory, 'new-password')];
	const from = ['--from-repo', join(directory, 'repository'), '--from-password-file', join(directory, 'password')];
	done(t, await lazarette(...second, 'init'));
	t.regex(done(t, await lazarette(...second, 'copy', ...from, '--host', 'shop')), /1 archives copied, 0 were there already/);
	t.regex(done(t, await lazarette(...second, 'copy', ...from, '--no-from-lock')), /1 archives copied, 1 were there already/);
	t.like(JSON.parse(done(t, await lazarette(...second, '--json', 'copy', ...from))), {copied: [], packs: 0});
	t.regex(done(t, await lazarette(...second, 'check', '--read-data')), /no problems were found/);
	t.is(done(t, await lazarette(...second, 'dump', 'latest', '/data/new')), 'new');
	t.like(await lazarette('copy', ...from), {code: 2});
});

test('a check reads a share of the data, and says what it read', async t => {
	const {lazarette} = await twoArchives(t);
	const read: number[] = [];
	for (const part of [1, 2, 3]) read.push((JSON.parse(done(t, await lazarette('--json', 'check', '--read-data-subset', `${part}/3`))) as {packsProven: number}).packsProven);
	t.is(read.reduce((a, b) => a + b), (JSON.parse(done(t, await lazarette('--json', 'check', '--read-data'))) as {packs: number}).packs);
	t.like(await lazarette('check', '--read-data-subset', '4/3'), {code: 2});
});

test('a damaged repository is repaired step by step until a check finds no problems', async t => {
	const {lazarette, directory} = await twoArchives(t);
	const data = join(directory, 'repository', 'data');
	const packs = (await readdir(data, {recursive: true, withFileTypes: true})).filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
	for (const pack of packs) {
		const bytes = await readFile(pack);
		bytes[20]! ^= 1;
		await rm(pack);
		await writeFile(pack, bytes);
	}
	const checked = await lazarette('check', '--read-data');
	t.is(checked.code, 5);
	t.regex(done(t, await lazarette('repair', 'index', '--dry-run')), /0 added, 0 corrected, 0 taken out|0 would be added/);
	const damaged = packs.map(pack => pack.slice(pack.lastIndexOf('/') + 1));
	const salvaged = await lazarette('repair', 'packs', ...damaged, '--save-to', directory);
	t.is(salvaged.code, 10, salvaged.err);
	t.is((await readdir(directory)).filter(name => name.startsWith('pack-')).length, packs.length);
	t.regex((await lazarette('repair', 'snapshots', '--dry-run')).out, /would be repaired|can not be read/);
	const repaired = await lazarette('repair', 'snapshots', '--forget');
	t.is(repaired.code, 0, repaired.err);
	t.regex(done(t, await lazarette('check', '--read-data')), /no problems were found/);
	t.like(await lazarette('repair', 'packs', damaged[0]!), {code: 2});
});

test('without a lock the repository is read and nothing is written', async t => {
	const {lazarette, directory} = await twoArchives(t);
	const before = await readdir(join(directory, 'repository'), {recursive: true});
	t.is(done(t, await lazarette('--no-lock', 'dump', 'latest', '/data/new')), 'new');
	done(t, await lazarette('--no-lock', 'check', '--read-data'));
	done(t, await lazarette('--no-lock', 'forget', '--keep-last', '1', '--dry-run'));
	t.like(await lazarette('--no-lock', 'forget', '--keep-last', '1'), {code: 2});
	t.like(await lazarette('--no-lock', 'backup', join(directory, 'data')), {code: 2});
	t.deepEqual(await readdir(join(directory, 'repository'), {recursive: true}), before);
});

test('a restore that skips what is damaged brings back the rest and does not end as a success', async t => {
	const {lazarette, directory} = await twoArchives(t);
	t.is(done(t, await lazarette('restore', 'latest', '--from', '/data', '--to', join(directory, 'whole'), '--skip-damaged')).match(/3 written/)?.length, 1);
	t.like(await lazarette('restore', 'latest', '--to', join(directory, 'x'), '--skip-damaged', '--delete'), {code: 2});
});
