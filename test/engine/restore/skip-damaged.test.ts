import {linkSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../../src/base/abort.ts';
import {noise} from '../../repository/restic/write/_source.ts';
import {workshop} from '../_workshop.ts';
import type {Archive} from '../../../src/repository/archive.ts';
import type {Workshop} from '../_workshop.ts';

const repositoryPath = (at: Workshop): string => at.source('../repository');

const packsOf = (at: Workshop): string[] =>
	readdirSync(join(repositoryPath(at), 'data'), {recursive: true, encoding: 'utf8'})
		.map(name => join(repositoryPath(at), 'data', name))
		.filter(file => statSync(file).isFile())
		.sort((a, b) => statSync(b).size - statSync(a).size);

function damage(file: string, at: number): void {
	const bytes = readFileSync(file);
	bytes[at]! ^= 1;
	rmSync(file);
	writeFileSync(file, bytes);
}

/** Where the first piece of a file's content lies in its pack. */
async function pieceOf(at: Workshop, archive: Archive, name: string): Promise<number> {
	const reader = await at.repository.openArchive(archive, neverAborts);
	const volume = await first(reader.readTree(archive.tree, neverAborts), () => true);
	const node = await first(reader.readTree(volume.subtree!, neverAborts), ({name: found}) => found.toString() === name);
	const {offset} = reader.locate(node.content!.subarray(0, 32));
	await reader.close();
	return offset;
}

async function first<T>(items: AsyncIterable<T>, fits: (item: T) => boolean): Promise<T> {
	for await (const item of items) if (fits(item)) return item;
	throw new Error('not found');
}

test('a damaged file is left out and named, everything else comes back, and the restore says that it failed', async t => {
	const at = await workshop(t);
	at.write({a: noise(1, 10_000), b: noise(2, 10_000), 'dir/c': noise(3, 10_000), d: ''});
	linkSync(at.source('b'), at.source('dir/b-too'));
	const {archive} = await at.archive();
	damage(packsOf(at)[0]!, (await pieceOf(at, archive, 'b')) + 100);

	await t.throwsAsync(at.restore(archive), {code: 'RepositoryDamaged'});
	rmSync(at.target(), {recursive: true, force: true});
	const outcome = await at.restore(archive, {skipDamaged: true});
	t.deepEqual(outcome.problems.map(({path, reason}) => `${path} ${reason}`).sort(), ['/b ContentDamaged', '/dir/b-too ContentDamaged']);
	t.is(outcome.failed, 2);
	t.deepEqual(readdirSync(at.target(), {recursive: true, encoding: 'utf8'}).sort(), ['a', 'd', 'dir', 'dir/c']);
	for (const path of ['a', 'dir/c', 'd']) t.deepEqual(readFileSync(at.target(path)), readFileSync(at.source(path)));
});

test('a damaged file does not touch what stands in its place', async t => {
	const at = await workshop(t);
	at.write({a: noise(1, 10_000), b: noise(2, 10_000)});
	const {archive} = await at.archive();
	damage(packsOf(at)[0]!, (await pieceOf(at, archive, 'a')) + 5);
	mkdirSync(at.target());
	writeFileSync(at.target('a'), 'precious');
	writeFileSync(at.target('b'), 'old');
	const {failed} = await at.restore(archive, {skipDamaged: true, overwrite: 'Always'});
	t.is(failed, 1);
	t.is(readFileSync(at.target('a'), 'utf8'), 'precious');
	t.deepEqual(readFileSync(at.target('b')), noise(2, 10_000));
});

test('a pack that is missing or cut off costs only the files that need it', async t => {
	const at = await workshop(t);
	at.write(Object.fromEntries(Array.from({length: 40}, (_, number) => [`f${number}`, noise(number, 30_000)])));
	const {archive} = await at.archive();
	const [pack] = packsOf(at);
	const bytes = readFileSync(pack!);
	rmSync(pack!);
	writeFileSync(pack!, bytes.subarray(0, 610_000));
	const {failed, tally} = await at.restore(archive, {skipDamaged: true});
	t.true(failed >= 19 && failed <= 21, String(failed));
	t.is(tally.filesRestored, 40 - failed);
	t.is(readdirSync(at.target()).length, 40 - failed);

	rmSync(at.target(), {recursive: true});
	rmSync(pack!);
	t.is((await at.restore(archive, {skipDamaged: true})).failed, 40);
	t.deepEqual(readdirSync(at.target()), []);
});

test('a directory whose entries can not be read comes back empty and is named', async t => {
	const at = await workshop(t);
	at.write({'dir/a': 'a', 'other/b': 'b', c: 'c'});
	const {archive} = await at.archive();
	// The first blob of the pack of trees, which is the larger one here, is that of the directory left first.
	damage(packsOf(at)[0]!, 20);
	const {problems} = await at.restore(archive, {skipDamaged: true});
	t.deepEqual(problems.map(({path, reason}) => `${path} ${reason}`), ['/dir DirectoryDamaged']);
	t.deepEqual(readdirSync(at.target(), {recursive: true, encoding: 'utf8'}).sort(), ['c', 'dir', 'other', 'other/b']);
});

test('a sound archive comes back whole, and nothing may be deleted on the word of a damaged one', async t => {
	const at = await workshop(t);
	at.write({a: 'a', 'dir/b': noise(1, 2_000_000)});
	const {archive} = await at.archive();
	const {failed, problemsTotal} = await at.restore(archive, {skipDamaged: true});
	t.deepEqual([failed, problemsTotal], [0, 0]);
	t.deepEqual(readFileSync(at.target('dir/b')), readFileSync(at.source('dir/b')));
	await t.throwsAsync(at.restore(archive, {skipDamaged: true, deleteExtra: true}), {code: 'BadRequest'});
});
