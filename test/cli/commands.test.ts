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
