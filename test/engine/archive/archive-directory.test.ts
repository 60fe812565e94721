import {chmodSync, linkSync, mkdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import {basename, dirname} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../../src/base/abort.ts';
import {LazaretteError} from '../../../src/base/errors.ts';
import type {ArchiveProgress} from '../../../src/engine/archive/archive-outcome.ts';
import {listArchive, nodesOf, workshop} from '../_workshop.ts';

test('a volume appears in the archive under its own name, with the metadata of its root', async t => {
	const {archive, write, source, repository} = await workshop(t);
	write({'a.txt': 'a', 'dir/b.txt': 'b', 'empty/': ''});
	chmodSync(source(), 0o2751);
	const {archive: made, tally} = await archive();

	t.deepEqual(made.paths, ['/volume']);
	t.deepEqual(await listArchive(repository, made), ['/volume/', '/volume/a.txt', '/volume/dir/', '/volume/dir/b.txt', '/volume/empty/']);
	t.is((await nodesOf(repository, made)).get('/volume')!.mode, 0o2751);
	t.like(tally, {filesNew: 2, directoriesNew: 3, filesRead: 2, bytesTotal: 2});
});

test('a directory without another name appears under its whole path, each part with its own metadata', async t => {
	const {archive, write, source, repository} = await workshop(t);
	write({file: 'x'});
	const path = source().replace(/\/$/, '');
	const {archive: made} = await archive({source: {directory: path}});

	t.deepEqual(made.paths, [path]);
	const nodes = await nodesOf(repository, made);
	for (let above = path; above !== '/'; above = dirname(above)) {
		const node = nodes.get(above)!;
		t.is(node.name.toString(), basename(above));
		t.is(node.mode, statSync(above).mode & 0o7777);
		t.is(node.inode, statSync(above, {bigint: true}).ino);
	}
	t.true(nodes.has(`${path}/file`));
});

test('a name for the volume may have several parts, and nothing but plain ones', async t => {
	const {archive, write, source, repository} = await workshop(t);
	write({file: 'x'});
	const {archive: made} = await archive({source: {directory: source(), recordedAs: '/team/orders'}});
	t.deepEqual(await listArchive(repository, made), ['/team/', '/team/orders/', '/team/orders/file']);
	for (const recordedAs of ['orders', '/', '/a/../b', '/a/', '//a', '']) {
		await t.throwsAsync(archive({source: {directory: source(), recordedAs}}), {instanceOf: LazaretteError, code: 'BadRequest'}, recordedAs);
	}
});

test('when nothing has changed nothing is read and nothing is stored', async t => {
	const {archive, write} = await workshop(t);
	write({'a': 'a', 'b/c': 'c', 'b/d/e': 'e'});
	const first = await archive();
	const second = await archive();
	t.is(second.parent?.id, first.archive.id);
	t.is(second.archive.parent, first.archive.id);
	t.is(second.archive.tree, first.archive.tree);
	t.like(second.tally, {filesUnmodified: 3, directoriesUnmodified: 3, filesRead: 0, filesNew: 0, bytesTotal: 3});
	t.like(second.added, {dataBlobs: 0, treeBlobs: 0, bytes: 0});
});

test('changed, new and touched files are read again, and only these', async t => {
	const {archive, write, source} = await workshop(t);
	write({same: 'same', changed: 'before', touched: 'touched', gone: 'gone', 'dir/same': 'same'});
	await archive();
	write({changed: 'afterwards', added: 'new'});
	utimesSync(source('touched'), new Date(), new Date(Date.now() + 5000));
	rmSync(source('gone'));
	const {tally} = await archive();
	t.like(tally, {filesNew: 1, filesChanged: 2, filesUnmodified: 2, filesRead: 3, directoriesUnmodified: 1});
});

test('a file of the same size and time but another inode is read again, unless only size and time count', async t => {
	const {archive, write, source} = await workshop(t);
	const when = new Date('2026-01-01T00:00:00Z');
	write({file: 'one'});
	utimesSync(source('file'), when, when);
	await archive();
	rmSync(source('file'));
	write({file: 'two'});
	utimesSync(source('file'), when, when);

	t.is((await archive({comparison: 'size-mtime'})).tally.filesRead, 0);
	t.is((await archive()).tally.filesRead, 1);
});

test('a clone with new inodes and change times is stored as the very same trees', async t => {
	const {archive, write, restore, target} = await workshop(t);
	write({'a': 'a', 'b/c': 'c'});
	const original = await archive();
	await restore(original.archive);
	const clone = await archive({source: {directory: target(), recordedAs: '/volume'}, comparison: 'size-mtime'});
	t.is(clone.archive.tree, original.archive.tree);
	t.like(clone.added, {dataBlobs: 0, treeBlobs: 0});
});

test('the parent is the newest archive of the same host and path that is not younger', async t => {
	const {archive, write, clock, source} = await workshop(t);
	write({file: 'x'});
	const first = await archive();
	await archive({hostname: 'another'});
	await archive({source: {directory: source(), recordedAs: '/other'}});
	await archive({time: new Date(clock.now().getTime() + 3_600_000)});
	t.is((await archive()).parent?.id, first.archive.id);
});

test('a parent can be asked for by its ID or refused, and must exist', async t => {
	const {archive, write} = await workshop(t);
	write({file: 'x'});
	const first = await archive();
	await archive();
	t.is((await archive({parent: first.archive.id.slice(0, 8)})).parent?.id, first.archive.id);
	const alone = await archive({parent: 'none'});
	t.is(alone.parent, undefined);
	t.is(alone.tally.filesRead, 1);
	await t.throwsAsync(archive({parent: 'ffffffff'}), {instanceOf: LazaretteError, code: 'ArchiveNotFound'});
});

test('excluded files stay out, and directories that were only searched leave no trace', async t => {
	const {archive, write, repository} = await workshop(t);
	write({'a.sql': 'a', 'a.log': 'a', 'only logs/b.log': 'b', 'both/c.sql': 'c', 'both/c.log': 'c', 'empty/': '', 'deep/er/d.sql': 'd'});
	const {archive: made, tally} = await archive({include: ['**/*.sql']});
	t.deepEqual(await listArchive(repository, made), ['/volume/', '/volume/a.sql', '/volume/both/', '/volume/both/c.sql', '/volume/deep/', '/volume/deep/er/', '/volume/deep/er/d.sql']);
	t.like(tally, {filesNew: 3, excluded: 3});

	const {archive: other} = await archive({exclude: ['**/*.sql', 'deep']});
	t.deepEqual(await listArchive(repository, other), ['/volume/', '/volume/a.log', '/volume/both/', '/volume/both/c.log', '/volume/empty/', '/volume/only logs/', '/volume/only logs/b.log']);
	t.deepEqual(other.excludes, ['**/*.sql', 'deep']);
});

test('all names of one file share its inode in the archive; links are kept as links', async t => {
	const {archive, write, source, repository} = await workshop(t);
	write({'one/file': 'shared', 'alone': 'alone'});
	mkdirSync(source('two'));
	linkSync(source('one/file'), source('two/again'));
	symlinkSync('../nowhere', source('two/link'));
	const nodes = await nodesOf(repository, (await archive()).archive);
	const [first, second, alone] = ['/volume/one/file', '/volume/two/again', '/volume/alone'].map(path => nodes.get(path)!);
	t.is(first!.inode, second!.inode);
	t.deepEqual([first!.links, second!.links, alone!.links], [2, 2, 1]);
	t.is(nodes.get('/volume/two/link')!.linkTarget!.toString(), '../nowhere');
});

test('an empty volume fails before anything becomes visible, unless the policy says otherwise', async t => {
	const {archive, repository, write} = await workshop(t);
	const error = await t.throwsAsync(archive(), {instanceOf: LazaretteError, code: 'SourceEmpty'});
	t.regex(error?.message ?? '', /\/volume is empty; no archive was made/);
	t.deepEqual(await repository.archives(neverAborts), []);

	const warned = await archive({onEmptySource: 'warn'});
	t.true(warned.empty);
	t.deepEqual(warned.warnings, ['/volume is empty; the archive is empty']);
	const allowed = await archive({onEmptySource: 'allow'});
	t.true(allowed.empty);
	t.deepEqual(allowed.warnings, []);

	write({'only a directory/': ''});
	t.false((await archive()).empty);
});

test('patterns that leave nothing are told from an empty volume', async t => {
	const {archive, write, repository} = await workshop(t);
	write({'a.txt': 'a', 'b.txt': 'b'});
	const error = await t.throwsAsync(archive({include: ['*.sql']}), {instanceOf: LazaretteError, code: 'SourceEmpty'});
	t.regex(error?.message ?? '', /nothing in \/volume matches include and exclude \(2 left out\)/);
	t.deepEqual(await repository.archives(neverAborts), []);
});

test('lost+found at the root is left out while it is empty, and archived when fsck has put something there', async t => {
	const {archive, write, repository, source} = await workshop(t);
	write({'lost+found/': '', 'sub/lost+found/': '', file: 'x'});
	t.deepEqual(await listArchive(repository, (await archive()).archive), ['/volume/', '/volume/file', '/volume/sub/', '/volume/sub/lost+found/']);
	writeFileSync(source('lost+found/#1234'), 'saved');
	t.true((await listArchive(repository, (await archive()).archive)).includes('/volume/lost+found/#1234'));
});

test('a volume with nothing but lost+found is empty', async t => {
	const {archive, write} = await workshop(t);
	write({'lost+found/': ''});
	await t.throwsAsync(archive(), {instanceOf: LazaretteError, code: 'SourceEmpty'});
});

test('a directory that does not exist is SourceNotFound', async t => {
	const {archive, source} = await workshop(t);
	await t.throwsAsync(archive({source: {directory: source('missing'), recordedAs: '/volume'}}), {instanceOf: LazaretteError, code: 'SourceNotFound'});
	writeFileSync(source('file'), '');
	await t.throwsAsync(archive({source: {directory: source('file')}}), {instanceOf: LazaretteError, code: 'SourceNotFound'});
});

test('an invalid glob is refused before the volume is looked at', async t => {
	const {archive, source} = await workshop(t);
	await t.throwsAsync(archive({source: {directory: source('missing')}, exclude: ['[']}), {instanceOf: LazaretteError, code: 'InvalidGlob'});
});

test('an abort leaves no archive behind, and the next run is whole', async t => {
	const {archive, write, repository} = await workshop(t);
	write(Object.fromEntries(Array.from({length: 300}, (_, index) => [`${index % 7}/${index}`, `content ${index}`])));
	const controller = new AbortController();
	let skips = 0;
	const pending = archive({
		signal: controller.signal,
		onProgress() {
			if (skips++ === 0) controller.abort(new LazaretteError('Cancelled', 'enough'));
		},
	});
	await t.throwsAsync(pending, {instanceOf: LazaretteError, code: 'Cancelled'});
	t.deepEqual(await repository.archives(neverAborts), []);
	t.is((await archive()).tally.filesNew, 300);
});

test('progress tells of the first read at once, and of everything in the end', async t => {
	const {archive, write, clock} = await workshop(t);
	write({a: 'aaa', 'b/c': 'cc'});
	const seen: ArchiveProgress[] = [];
	await archive({onProgress: progress => seen.push(progress)});
	t.like(seen[0], {firstReadAt: clock.now(), filesDone: 0});
	t.like(seen.at(-1), {filesDone: 2, directoriesDone: 2, bytesDone: 5});
});
