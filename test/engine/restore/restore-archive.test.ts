import {appendFileSync, chmodSync, existsSync, linkSync, lstatSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import test from 'ava';
import {LazaretteError} from '../../../src/base/errors.ts';
import {compareTrees} from '../../../src/engine/verify/compare-trees.ts';
import type {RestoreProgress} from '../../../src/engine/restore/restore-outcome.ts';
import {workshop} from '../_workshop.ts';

const read = (path: string): string => readFileSync(path, 'utf8');
const old = new Date('2020-01-01T00:00:00Z');

test('a volume is restored into a directory that did not exist, its root included', async t => {
	const {archive, restore, write, source, target, fileSystem} = await workshop(t);
	write({a: 'a', 'b/c': 'c', 'empty/': '', 'empty file': ''});
	chmodSync(source(), 0o2750);
	utimesSync(source(), old, old);
	const {archive: made} = await archive();
	const {tally, failed, problems} = await restore(made);
	t.deepEqual(problems, []);
	t.is(failed, 0);
	t.like(tally, {filesTotal: 3, filesRestored: 3, directories: 2, bytesTotal: 2, bytesRestored: 2});
	t.deepEqual(compareTrees(fileSystem, source(), target()), []);
});

test('an archive is restored whole, paths and all, when no part of it is asked for', async t => {
	const {archive, restore, write, target} = await workshop(t);
	write({a: 'a'});
	await restore((await archive()).archive, {subtree: '/'});
	t.is(read(target('volume/a')), 'a');
});

test('a part that the archive does not have is ArchiveNotFound, and the message says what it has', async t => {
	const {archive, restore, write, target} = await workshop(t);
	write({a: 'a'});
	const {archive: made} = await archive();
	const error = await t.throwsAsync(restore(made, {subtree: '/volume/missing'}), {instanceOf: LazaretteError, code: 'ArchiveNotFound'});
	t.regex(error?.hint ?? '', /\/volume/);
	await t.throwsAsync(restore(made, {subtree: '/volume/a'}), {instanceOf: LazaretteError, code: 'ArchiveNotFound'});
	t.false(existsSync(target()));
});

test('Never leaves everything that exists alone and adds what is missing', async t => {
	const {archive, restore, write, target} = await workshop(t);
	write({a: 'archived', 'dir/b': 'archived', 'dir/c': 'archived'});
	const {archive: made} = await archive();
	mkdirSync(target('dir'), {recursive: true});
	writeFileSync(target('dir/b'), 'mine');
	chmodSync(target('dir'), 0o711);
	const {tally} = await restore(made, {overwrite: 'Never'});
	t.like(tally, {filesKept: 1, filesRestored: 2});
	t.is(read(target('dir/b')), 'mine');
	t.is(read(target('dir/c')), 'archived');
	t.is(statSync(target('dir')).mode & 0o777, 0o711);
});

test('IfChanged trusts size and time; Always reads the content and mends it', async t => {
	const {archive, restore, write, target, source, fileSystem} = await workshop(t);
	write({file: 'archived', other: 'x'});
	const {archive: made} = await archive();
	await restore(made);
	const {mtime} = statSync(target('file'));
	writeFileSync(target('file'), 'ARCHIVED');
	utimesSync(target('file'), mtime, mtime);
	fileSystem.openRoot(target()).setTimes(Buffer.from('file'), 0n, lstatSync(source('file'), {bigint: true}).mtimeNs);

	t.like((await restore(made)).tally, {filesRestored: 0, filesUnchanged: 2});
	t.is(read(target('file')), 'ARCHIVED');
	t.like((await restore(made, {overwrite: 'Always'})).tally, {filesRestored: 1, filesUnchanged: 1});
	t.is(read(target('file')), 'archived');
	t.deepEqual(compareTrees(fileSystem, source(), target()), []);
});

test('IfNewer replaces what is older than the archive only', async t => {
	const {archive, restore, write, target} = await workshop(t);
	write({older: 'archived', newer: 'archived'});
	const {archive: made} = await archive();
	mkdirSync(target());
	for (const name of ['older', 'newer']) writeFileSync(target(name), 'mine');
	utimesSync(target('older'), old, old);
	utimesSync(target('newer'), new Date(), new Date(Date.now() + 60_000));
	await restore(made, {overwrite: 'IfNewer'});
	t.is(read(target('older')), 'archived');
	t.is(read(target('newer')), 'mine');
});

test('of a large file only the parts that differ are fetched', async t => {
	const {archive, restore, write, target, source, fileSystem} = await workshop(t);
	write({large: Array.from({length: 1_500_000}, (_, index) => String(index * 7919)).join('')});
	const {size} = statSync(source('large'));
	const {archive: made} = await archive();
	await restore(made);
	const fd = fileSystem.openRoot(target()).openForUpdate(Buffer.from('large'));
	fileSystem.write(fd, Buffer.from('damaged'), 6_000_000);
	fileSystem.truncate(fd, size + 5);
	fileSystem.close(fd);

	const {tally} = await restore(made);
	t.true(tally.bytesRestored > 0 && tally.bytesRestored <= 8 * 1024 * 1024);
	t.is(tally.bytesRestored + tally.bytesUnchanged, size);
	t.deepEqual(compareTrees(fileSystem, source(), target()), []);
});

test('metadata is corrected where only that differs', async t => {
	const {archive, restore, write, target, source, fileSystem} = await workshop(t);
	write({a: 'a', b: 'b', 'dir/': ''});
	const {archive: made} = await archive();
	await restore(made);
	chmodSync(target('a'), 0o600);
	fileSystem.openRoot(target()).openEntry(Buffer.from('b')).setAttribute({name: Buffer.from('user.unexpected'), value: Buffer.from('x')});
	chmodSync(target('dir'), 0o700);
	t.like((await restore(made)).tally, {metadataCorrected: 3, filesRestored: 0});
	t.deepEqual(compareTrees(fileSystem, source(), target()), []);
});

test('only what the paths select is restored; directories on the way keep their own metadata when they exist', async t => {
	const {archive, restore, write, target, source} = await workshop(t);
	write({'base/1/data': '1', 'base/2/data': '2', 'base/2/wal': 'w', 'other/x': 'x'});
	chmodSync(source('base'), 0o750);
	chmodSync(source('base/2'), 0o711);
	const {archive: made} = await archive();
	mkdirSync(target('base'), {recursive: true});
	chmodSync(target('base'), 0o770);
	chmodSync(target(), 0o701);
	const {tally} = await restore(made, {paths: ['base/*/data', '!base/1']});
	t.deepEqual(new Set(readdirSync(target(), {recursive: true, encoding: 'utf8'})), new Set(['base', 'base/2', 'base/2/data']));
	t.is(tally.filesTotal, 1);
	t.deepEqual(['', 'base', 'base/2'].map(path => statSync(target(path)).mode & 0o777), [0o701, 0o770, 0o711]);
	await t.throwsAsync(restore(made, {paths: ['[']}), {instanceOf: LazaretteError, code: 'InvalidGlob'});
});

test('extra entries are deleted when that is wanted, nested ones too, and nothing behind links', async t => {
	const {archive, restore, write, target, source, fileSystem} = await workshop(t);
	write({a: 'a', 'dir/b': 'b'});
	const {archive: made} = await archive();
	await restore(made);
	mkdirSync(source('../outside'));
	writeFileSync(source('../outside/precious'), 'stays');
	mkdirSync(target('extra/deep/er'), {recursive: true});
	writeFileSync(target('extra/deep/er/file'), 'x');
	writeFileSync(target('dir/extra'), 'x');
	symlinkSync(source('../outside'), target('link to outside'));
	symlinkSync(source('../outside'), target('extra/deep/link to outside'));

	const kept = await restore(made);
	t.is(kept.tally.entriesDeleted, 0);
	t.true(existsSync(target('dir/extra')));
	const {tally, problems} = await restore(made, {deleteExtra: true});
	t.deepEqual(problems, []);
	t.is(tally.entriesDeleted, 3);
	t.deepEqual(compareTrees(fileSystem, source(), target()), []);
	t.is(read(source('../outside/precious')), 'stays');
});

test('deleting keeps to the paths that were asked for, and spares lost+found', async t => {
	const {archive, restore, write, target} = await workshop(t);
	write({'in/a': 'a', 'out/b': 'b'});
	const {archive: made} = await archive();
	await restore(made);
	for (const path of ['in/extra', 'out/extra', 'extra']) writeFileSync(target(path), 'x');
	mkdirSync(target('lost+found'));
	t.is((await restore(made, {deleteExtra: true, paths: ['in/**']})).tally.entriesDeleted, 1);
	t.deepEqual([existsSync(target('in/extra')), existsSync(target('out/extra')), existsSync(target('extra'))], [false, true, true]);
	t.is((await restore(made, {deleteExtra: true})).tally.entriesDeleted, 2);
	t.true(existsSync(target('lost+found')));
});

test('a directory with other files in the place of a file is an obstacle, unless extra entries may go', async t => {
	const {archive, restore, write, target} = await workshop(t);
	write({it: 'a file', also: 'another'});
	const {archive: made} = await archive();
	mkdirSync(target('it/mine'), {recursive: true});
	mkdirSync(target('also'));
	const outcome = await restore(made);
	t.deepEqual(outcome.problems, [{path: '/it', reason: 'DirectoryInTheWay'}]);
	t.is(outcome.failed, 1);
	t.is(read(target('also')), 'another', 'an empty directory is no obstacle');
	t.is((await restore(made, {deleteExtra: true})).failed, 0);
	t.is(read(target('it')), 'a file');
});

test('a preview says what would be done, does nothing, and is right', async t => {
	const {archive, restore, write, target, source, fileSystem} = await workshop(t);
	write({same: 'same', changed: 'archived', mode: 'mode', missing: 'missing', 'new dir/file': 'x'});
	const {archive: made} = await archive();
	const nothing = await restore(made, {preview: true});
	t.false(existsSync(target()));
	t.is(nothing.changesTotal, 6);

	await restore(made);
	writeFileSync(target('changed'), 'mine');
	chmodSync(target('mode'), 0o600);
	rmSync(target('missing'));
	rmSync(target('new dir'), {recursive: true});
	writeFileSync(target('extra'), 'x');
	const before = compareTrees(fileSystem, source(), target());
	const {changes, changesTotal} = await restore(made, {preview: true, deleteExtra: true});
	t.deepEqual(changes.toSorted((a, b) => a.path.localeCompare(b.path)), [
		{path: '/changed', change: 'Update'},
		{path: '/extra', change: 'Delete'},
		{path: '/missing', change: 'Create'},
		{path: '/mode', change: 'Metadata'},
		{path: '/new dir', change: 'Create'},
		{path: '/new dir/file', change: 'Create'},
	]);
	t.is(changesTotal, 6);
	t.deepEqual(compareTrees(fileSystem, source(), target()), before);

	await restore(made, {deleteExtra: true});
	t.is((await restore(made, {preview: true, deleteExtra: true})).changesTotal, 0);
});

test('names of one file become names of one file again, and files that are merely alike do not', async t => {
	const {archive, restore, write, source, target, fileSystem} = await workshop(t);
	write({'z/first': 'shared', twin: 'same', 'other twin': 'same'});
	mkdirSync(source('a'));
	linkSync(source('z/first'), source('a/second'));
	linkSync(source('z/first'), source('third'));
	const {archive: made} = await archive();
	const {tally} = await restore(made, {limits: {files: 1, blobs: 1}});
	t.is(tally.filesRestored, 5);
	t.is(statSync(target('z/first')).nlink, 3);
	t.is(statSync(target('twin')).nlink, 1);
	t.deepEqual(compareTrees(fileSystem, source(), target()), []);

	rmSync(target('a/second'));
	writeFileSync(target('a/second'), 'torn apart');
	await restore(made);
	t.deepEqual(compareTrees(fileSystem, source(), target()), []);
});

test('writing a file that has other names in the target does not change what those show', async t => {
	const {archive, restore, write, target} = await workshop(t);
	write({file: 'archived'});
	const {archive: made} = await archive();
	mkdirSync(target());
	writeFileSync(target('mine'), 'mine');
	linkSync(target('mine'), target('file'));
	await restore(made);
	t.is(read(target('file')), 'archived');
	t.is(read(target('mine')), 'mine');
});

test('however little is planned at a time, the result is the same', async t => {
	const {archive, restore, write, source, target, fileSystem} = await workshop(t);
	write({'a/large': Buffer.from(Array.from({length: 500_000}, (_, index) => String(index * 31).padStart(10, '_')).join('')), 'a/b/c': 'c', 'd': 'd', 'zeros': Buffer.alloc(3_000_000)});
	const {archive: made} = await archive();
	for (const limits of [{files: 1, blobs: 1}, {files: 2, blobs: 3}, {files: 100, blobs: 2}]) {
		rmSync(target(), {recursive: true, force: true});
		const {problems} = await restore(made, {limits});
		t.deepEqual(problems, []);
		t.deepEqual(compareTrees(fileSystem, source(), target()), []);
		t.is(statSync(target('zeros')).blocks, 0);
	}
});

test('a file that others hold open is written in place', async t => {
	const {archive, restore, write, target} = await workshop(t);
	write({file: 'archived content'});
	const {archive: made} = await archive();
	mkdirSync(target());
	writeFileSync(target('file'), 'old');
	const {ino} = statSync(target('file'));
	await restore(made);
	t.is(statSync(target('file')).ino, ino);
	t.is(read(target('file')), 'archived content');
});

test('a target that is no directory is refused', async t => {
	const {archive, restore, write, source} = await workshop(t);
	write({file: 'x'});
	const {archive: made} = await archive();
	await t.throwsAsync(restore(made, {target: source('file')}), {instanceOf: LazaretteError, code: 'BadRequest'});
});

test('a damaged pack is RepositoryDamaged, and no file passes for whole', async t => {
	const {archive, restore, write, source, target, repository} = await workshop(t);
	write({small: 'x'.repeat(1000), large: Buffer.from(Array.from({length: 200_000}, (_, index) => String(index * 17).padStart(8, '-')).join(''))});
	const {archive: made} = await archive();
	const {location} = repository;
	const directory = location.replace(/^[a-z]+:\/\//, '');
	let damaged = 0;
	for (const file of readdirSync(`${directory}/data`, {recursive: true, withFileTypes: true})) {
		if (!file.isFile()) continue;
		const path = `${file.parentPath}/${file.name}`;
		const bytes = readFileSync(path);
		if (bytes.length < 20_000) continue;
		bytes[bytes.length >> 1]! ^= 1;
		chmodSync(path, 0o600);
		renameSync(path, `${path}.old`);
		writeFileSync(path, bytes);
		rmSync(`${path}.old`);
		damaged++;
	}
	t.is(damaged, 1);
	await t.throwsAsync(restore(made), {instanceOf: LazaretteError, code: 'RepositoryDamaged'});
	for (const name of ['small', 'large']) {
		const isWhole = existsSync(target(name)) && lstatSync(target(name), {bigint: true}).mtimeNs === lstatSync(source(name), {bigint: true}).mtimeNs;
		t.false(isWhole && !readFileSync(target(name)).equals(readFileSync(source(name))));
	}
});

test('progress ends with everything done', async t => {
	const {archive, restore, write} = await workshop(t);
	write({a: 'aaaa', b: 'bb', empty: ''});
	const seen: RestoreProgress[] = [];
	await restore((await archive()).archive, {onProgress: progress => seen.push(progress)});
	t.deepEqual(seen[0], {filesDone: 0, bytesDone: 0, bytesTotal: 0});
	t.deepEqual(seen.at(-1), {filesDone: 3, bytesDone: 6, bytesTotal: 6});
});

test('a target that grows while it is restored is noticed', async t => {
	const {archive, restore, write, target, fileSystem} = await workshop(t);
	write({file: 'archived'});
	const {archive: made} = await archive();
	const meddling: typeof fileSystem = {
		...fileSystem,
		threadsMayWrite: false,
		truncate() {
			appendFileSync(target('file'), 'meddling');
		},
		write(fd, bytes, position) {
			fileSystem.write(fd, bytes, position);
			appendFileSync(target('file'), 'meddling');
		},
	};
	await t.throwsAsync(restore(made, {fileSystem: meddling}), {instanceOf: LazaretteError, code: 'VerificationFailed'});
});
