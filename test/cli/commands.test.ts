import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'ava';
import {done, workshop} from './_workshop.ts';

test('a directory goes into a repository and back, and both sides can be looked at', async t => {
	const {directory, lazarette} = await workshop(t);
	const data = join(directory, 'data');
	t.regex(done(t, await lazarette('init')), /^created repository [0-9a-f]{8} at /);
	t.regex(done(t, await lazarette('backup', data, '--as', '/data', '--tag', 'first')), /files: 1 new, 0 changed, 0 unmodified/);
	t.regex(done(t, await lazarette('backup', data, '--as', '/data')), /files: 0 new, 0 changed, 1 unmodified/);
	t.is(done(t, await lazarette('--json', 'archives')).trim().split('\n').length, 2);
	t.regex(done(t, await lazarette('ls', 'latest', '/data')), /\/data\/note$/m);
	t.regex(done(t, await lazarette('restore', 'latest', '--from', '/data', '--to', join(directory, 'back'))), /1 written/);
	t.is(await readFile(join(directory, 'back', 'note'), 'utf8'), 'keep me');
	t.regex(done(t, await lazarette('check', '--read-data')), /no problems were found/);
});

test('archives are pinned, forgotten and pruned', async t => {
	const {directory, lazarette} = await workshop(t);
	await lazarette('init');
	for (const text of ['one', 'two', 'three']) {
		await writeFile(join(directory, 'data', 'note'), text);
		done(t, await lazarette('backup', join(directory, 'data')));
	}

	const ids = async (): Promise<string[]> => done(t, await lazarette('--json', 'archives')).trim().split('\n').map(line => (JSON.parse(line) as {id: string}).id);
	done(t, await lazarette('pin', (await ids())[0]!));
	t.regex(done(t, await lazarette('forget', '--keep-last', '1', '--dry-run')), /1 archives would be removed, 2 kept/);
	t.is((await ids()).length, 3);
	t.regex(done(t, await lazarette('forget', '--keep-last', '1', '--prune')), /1 archives were removed, 2 kept/);
	t.is((await ids()).length, 2);
	t.regex(done(t, await lazarette('prune', '--dry-run')), /2 archives need/);
	t.regex(done(t, await lazarette('check', '--read-data')), /no problems were found/);
});

test('archives are removed by name, and a policy is applied to some of them only', async t => {
	const {directory, lazarette} = await workshop(t);
	await lazarette('init');
	for (const [host, tag] of [['one', 'a'], ['one', 'b,c'], ['two', 'a'], ['two', 'b']]) {
		await writeFile(join(directory, 'data', 'note'), `${host} ${tag}`);
		done(t, await lazarette('backup', join(directory, 'data'), '--as', '/data', '--host', host!, '--tag', tag!));
	}

	const archives = async (...filter: string[]): Promise<{id: string; tags: string[]}[]> => done(t, await lazarette('--json', 'archives', ...filter)).trim().split('\n').filter(line => line !== '').map(line => JSON.parse(line) as {id: string; tags: string[]});
	t.is((await archives('--tag', 'b,c')).length, 1);
	t.is((await archives('--latest', '1')).length, 2);
	t.is((await archives('--host', 'two', '--tag', 'a')).length, 1);
	t.is(done(t, await lazarette('dump', 'latest', '/data/note', '--host', 'one')), 'one b,c');
	t.is(done(t, await lazarette('dump', 'latest', '/data/note', '--tag', 'a', '--of', '/data')), 'two a');
	t.like(await lazarette('dump', 'latest', '/data/note', '--of', '/other'), {code: 6});
	t.regex(done(t, await lazarette('forget', '--keep-last', '1', '--tag', 'a', '--group-by', '', '--dry-run')), /1 archives would be removed, 1 kept/);
	t.regex(done(t, await lazarette('forget', '--group-by', 'host', '--keep-last', 'unlimited')), /0 archives were removed, 4 kept/);

	const [first, second] = await archives();
	t.regex(done(t, await lazarette('tag', second!.id, '--set', 'x,y')), /tags: x, y/);
	t.like(await lazarette('tag', second!.id, '--set', 'x', '--add', 'y'), {code: 2});
	t.like(await lazarette('forget', first!.id, '--keep-last', '1'), {code: 2});
	t.like(await lazarette('forget', 'abcdef'), {code: 6});
	t.regex(done(t, await lazarette('forget', first!.id, '--dry-run')), /1 archives would be removed, 3 kept/);
	t.regex(done(t, await lazarette('forget', first!.id, '--prune', '--max-unused', '0')), /1 archives were removed, 3 kept/);
	t.is((await archives()).length, 3);
	t.like(await lazarette('prune', '--max-unused', 'much'), {code: 2});
	done(t, await lazarette('prune', '--max-unused', '10%', '--max-repack-size', '1g'));
	t.regex(done(t, await lazarette('check', '--read-data')), /no problems were found/);
});

test('a full store is pruned by the word of its ID', async t => {
	const {directory, lazarette} = await workshop(t);
	const {id} = JSON.parse(done(t, await lazarette('--json', 'init'))) as {id: string};
	for (const text of ['one', 'two']) {
		await writeFile(join(directory, 'data', 'note'), text);
		done(t, await lazarette('backup', join(directory, 'data')));
	}
	const refused = await lazarette('prune', '--store-is-full', 'yes');
	t.is(refused.code, 2);
	t.true(refused.err.includes(id));
	t.regex(done(t, await lazarette('forget', '--keep-last', '1', '--store-is-full', id)), /1 archives were removed, 1 kept\n1 archives need/);
	t.regex(done(t, await lazarette('prune', '--store-is-full', id)), /1 archives need/);
	t.regex(done(t, await lazarette('check', '--read-data')), /no problems were found/);
});

test('a lock is removed by its ID', async t => {
	const {directory, lazarette} = await workshop(t);
	await lazarette('init');
	await mkdir(join(directory, 'repository', 'locks'), {recursive: true});
	await writeFile(join(directory, 'repository', 'locks', 'ab'.repeat(32)), 'what an upload that was cut off has left');
	t.regex(done(t, await lazarette('unlock')), /kept lock abababab, unreadable\n0 locks removed, 1 kept/);
	t.like(await lazarette('unlock', 'cd'), {code: 2});
	t.regex(done(t, await lazarette('unlock', 'abab')), /1 locks removed, 0 kept/);
});

test('a password is added, listed and removed, and the old one no longer opens', async t => {
	const {directory, lazarette} = await workshop(t);
	await lazarette('init');
	done(t, await lazarette('key', 'add', '--new-password-file', join(directory, 'new-password')));
	t.is(done(t, await lazarette('--json', 'key', 'list')).trim().split('\n').length, 2);
	done(t, await lazarette('key', 'passwd', '--new-password-file', join(directory, 'new-password')));
	const refused = await lazarette('archives');
	t.is(refused.code, 4);
	t.regex(refused.err, /password/);
	t.regex(done(t, await lazarette('-p', join(directory, 'new-password'), 'unlock')), /0 locks removed, 0 kept/);
});

test('what is wrong with a command is said with its name and a code', async t => {
	const {directory, lazarette} = await workshop(t);
	t.like(await lazarette('archives'), {code: 4});
	await lazarette('init');
	t.like(await lazarette('init'), {code: 4});
	t.like(await lazarette('nonsense'), {code: 2});
	t.like(await lazarette('-p', join(directory, 'absent'), 'archives'), {code: 2});
	t.like(await lazarette('restore', 'abcdef', '--to', join(directory, 'x')), {code: 6});
	t.like(await lazarette('backup', join(directory, 'data'), '--exclude', '../x'), {code: 2});
	await mkdir(join(directory, 'empty'));
	const empty = await lazarette('--json', 'backup', join(directory, 'empty'));
	t.is(empty.code, 6);
	t.is((JSON.parse(empty.err) as {error: {code: string}}).error.code, 'SourceEmpty');
});
