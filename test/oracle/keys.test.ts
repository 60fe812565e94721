import test from 'ava';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {neverAborts} from '../../src/base/abort.ts';
import {systemClock} from '../../src/base/clock.ts';
import {quickRepository} from '../repository/restic/prune/_quick-repository.ts';
import {backUp} from '../repository/restic/write/_back-up.ts';
import {password, reopen, temporaryDirectory} from '../repository/restic/write/_repository.ts';
import {restic, resticBinaries, resticOutput} from './_restic.ts';

for (const {version, path: binary} of await resticBinaries()) {
	const opens = async (path: string, secret: string): Promise<boolean> => (await restic(binary, path, secret, ['snapshots'])).code === 0;

	test(`restic ${version} opens the repository by passwords that we added or changed, and by no other`, async t => {
		const {path, repository} = await quickRepository(t, {clock: systemClock});
		await repository.addKey('second päss “word”', neverAborts);
		await repository.close();
		t.deepEqual([await opens(path, password), await opens(path, 'second päss “word”')], [true, true]);

		const id = await repository.changePassword('third', neverAborts);
		t.deepEqual([await opens(path, password), await opens(path, 'second päss “word”'), await opens(path, 'third')], [false, true, true]);
		const keys = JSON.parse(await resticOutput(binary, path, 'third', ['key', 'list', '--json'])) as Array<{current: boolean; id: string; userName: string}>;
		t.is(keys.length, 2);
		t.true(id.startsWith(keys.find(({current}) => current)!.id));

		const other = keys.find(({current}) => !current)!;
		await repository.removeKey(other.id, neverAborts);
		t.deepEqual([await opens(path, 'second päss “word”'), await opens(path, 'third')], [false, true]);
		await resticOutput(binary, path, 'third', ['check', '--read-data']);
	});

	test(`passwords that restic ${version} adds and changes open the repository for us, and its keys can be removed`, async t => {
		const {path} = await quickRepository(t, {clock: systemClock});
		const file = join(temporaryDirectory(t), 'new-password');
		writeFileSync(file, 'from restic\n');
		await resticOutput(binary, path, password, ['key', 'add', '--new-password-file', file, '--user', 'ann', '--host', 'laptop']);
		const {repository} = await reopen(t, path, {password: 'from restic', clock: systemClock});
		const theirs = (await repository.keys(neverAborts)).find(({inUse}) => inUse);
		t.like(theirs, {username: 'ann', hostname: 'laptop', problem: undefined});
		const ours = (await repository.keys(neverAborts)).find(({inUse}) => !inUse)!;
		await repository.removeKey(ours.id, neverAborts);
		t.false(await opens(path, password));

		await repository.changePassword('ours again', neverAborts);
		t.deepEqual([await opens(path, 'from restic'), await opens(path, 'ours again')], [false, true]);
	});

	test(`restic ${version} finds archives by the tags we gave them, and we by theirs; both remember the first ID`, async t => {
		const {path, repository} = await quickRepository(t, {clock: systemClock});
		const {archive} = await backUp(repository, import.meta.dirname, {tags: ['nightly'], time: new Date()});
		await repository.changeTags({select: () => true, change: {add: ['ümlaut', 'release']}}, neverAborts);
		const found = async (tag: string): Promise<Array<{id: string; original?: string; tags: string[]}>> => JSON.parse(await resticOutput(binary, path, password, ['snapshots', '--json', '--tag', tag])) as never;
		t.like((await found('nightly,release'))[0], {tags: ['nightly', 'ümlaut', 'release'], original: archive.id});

		await resticOutput(binary, path, password, ['tag', '--remove', 'nightly', '--add', 'theirs']);
		const [after] = await repository.archives(neverAborts);
		t.deepEqual(after!.tags.toSorted(), ['release', 'theirs', 'ümlaut']);
		t.like(after, {original: archive.id, tree: archive.tree});
		await resticOutput(binary, path, password, ['check']);
	});
}
