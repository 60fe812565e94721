import {existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, readlinkSync, symlinkSync, writeFileSync} from 'node:fs';
import test from 'ava';
import type {Overwrite} from '../../../src/engine/restore/decide.ts';
import type {Archive} from '../../../src/repository/archive.ts';
import type {Node} from '../../../src/repository/node.ts';
import type {Repository} from '../../../src/repository/repository.ts';
import {overriding} from '../_hooked-file-system.ts';
import {workshop} from '../_workshop.ts';

/** The repository, with other nodes in the volume's directory than were stored. */
const altering = (repository: Repository, treeId: string, alter: (nodes: Node[]) => Node[]): Repository =>
	overriding(repository, {
		async openArchive(archive: Archive, signal: AbortSignal) {
			const reader = await repository.openArchive(archive, signal);
			return overriding(reader, {
				async *readTree(id, signal) {
					const nodes: Node[] = [];
					for await (const node of reader.readTree(id, signal)) nodes.push(node);
					yield* id === treeId ? alter(nodes) : nodes;
				},
			});
		},
	});

async function volumeTree(repository: Repository, archive: Archive): Promise<string> {
	const reader = await repository.openArchive(archive, AbortSignal.timeout(60_000));
	for await (const node of reader.readTree(archive.tree, AbortSignal.timeout(60_000))) return node.subtree!;
	throw new Error('the archive is empty');
}

const overwrites: Overwrite[] = ['Never', 'IfChanged', 'IfNewer', 'Always'];

for (const name of ['..', '.', '', '../escaped', 'dir/inside', '/absolute', 'zero\0byte']) {
	test(`an entry named ${JSON.stringify(name)} is refused and reported, and its neighbours are restored`, async t => {
		const {archive, restore, write, target, repository, source} = await workshop(t);
		write({file: 'x', other: 'y'});
		const {archive: made} = await archive();
		const hostile = altering(repository, await volumeTree(repository, made), nodes => [{...nodes[0]!, name: Buffer.from(name)}, ...nodes]);
		const {problems, failed} = await restore(made, {repository: hostile, deleteExtra: true});
		t.is(failed, 1);
		t.is(problems[0]?.reason, 'NameRefused');
		t.deepEqual(readdirSync(target()), ['file', 'other']);
		t.deepEqual(readdirSync(source('..')).filter(entry => !['repository', 'source', 'target'].includes(entry)), []);
	});
}

test('where the names of an archive are in doubt nothing is deleted', async t => {
	const {archive, restore, write, target, repository} = await workshop(t);
	write({a: 'a', b: 'b', c: 'c'});
	const {archive: made} = await archive();
	await restore(made);
	writeFileSync(target('extra'), 'x');
	const tree = await volumeTree(repository, made);
	for (const alter of [(nodes: Node[]) => nodes.toReversed(), (nodes: Node[]) => [nodes[0]!, nodes[0]!, ...nodes.slice(1)], (nodes: Node[]) => [{...nodes[0]!, name: Buffer.from('..')}, ...nodes]]) {
		await restore(made, {repository: altering(repository, tree, alter), deleteExtra: true});
		t.deepEqual(readdirSync(target()), ['a', 'b', 'c', 'extra']);
	}
	t.is((await restore(made, {deleteExtra: true})).tally.entriesDeleted, 1);
});

test('a name that an archive has twice is restored once and reported', async t => {
	const {archive, restore, write, target, repository} = await workshop(t);
	write({a: 'first', b: 'second'});
	const {archive: made} = await archive();
	const hostile = altering(repository, await volumeTree(repository, made), nodes => [nodes[0]!, {...nodes[1]!, name: Buffer.from('a')}]);
	const {problems} = await restore(made, {repository: hostile});
	t.deepEqual(problems, [{path: '/a', reason: 'DuplicateName'}]);
	t.is(readFileSync(target('a'), 'utf8'), 'first');
});

test('files that an archive calls hardlinks without saying of what do not become one file', async t => {
	const {archive, restore, write, target, repository} = await workshop(t);
	write({a: 'aaaa', b: 'bbbb', c: 'cccc', d: 'cccc'});
	const {archive: made} = await archive();
	const tree = await volumeTree(repository, made);
	for (const inode of [0n, 7n]) {
		const hostile = altering(repository, tree, nodes => nodes.map(node => ({...node, links: 2, inode, deviceId: 0n})));
		const {problems} = await restore(made, {repository: hostile, overwrite: 'Always'});
		t.deepEqual(problems, []);
		t.deepEqual(['a', 'b', 'c', 'd'].map(name => readFileSync(target(name), 'utf8')), ['aaaa', 'bbbb', 'cccc', 'cccc']);
	}
});

test('content counts when an archive states another size, and that is reported', async t => {
	const {archive, restore, write, target, repository} = await workshop(t);
	write({file: 'twelve bytes'});
	const {archive: made} = await archive();
	const hostile = altering(repository, await volumeTree(repository, made), nodes => nodes.map(node => ({...node, size: 5})));
	const {problems, failed} = await restore(made, {repository: hostile});
	t.is(failed, 0);
	t.deepEqual(problems, [{path: '/file', reason: 'SizeDiffers', detail: '12 bytes, not 5'}]);
	t.is(readFileSync(target('file'), 'utf8'), 'twelve bytes');
});

for (const overwrite of overwrites) {
	test(`a link that somebody planted in the target leads nowhere (${overwrite})`, async t => {
		const {archive, restore, write, target, source} = await workshop(t);
		write({'dir/inside': 'archived', file: 'archived', 'deep/dir/inside': 'archived'});
		const {archive: made} = await archive();
		const outside = source('../outside');
		mkdirSync(`${outside}/dir`, {recursive: true});
		writeFileSync(`${outside}/inside`, 'precious');
		mkdirSync(target('deep'), {recursive: true});
		symlinkSync(outside, target('dir'));
		symlinkSync(`${outside}/inside`, target('file'));
		symlinkSync(outside, target('deep/dir'));

		await restore(made, {overwrite, deleteExtra: true});
		t.deepEqual(readdirSync(outside), ['dir', 'inside']);
		t.deepEqual(readdirSync(`${outside}/dir`), []);
		t.is(readFileSync(`${outside}/inside`, 'utf8'), 'precious');
		if (overwrite === 'Never') t.is(readlinkSync(target('dir')), outside);
		else if (overwrite !== 'IfNewer') {
			t.true(lstatSync(target('dir')).isDirectory());
			t.is(readFileSync(target('file'), 'utf8'), 'archived');
		}
	});
}

test('links of the archive that lead out of the volume are restored as links and never followed', async t => {
	const {archive, restore, write, target, source} = await workshop(t);
	write({'a/file': 'x'});
	symlinkSync('/etc', source('a/etc'));
	symlinkSync('../../outside', source('b'));
	const {archive: made} = await archive();
	await restore(made);
	await restore(made, {overwrite: 'Always', deleteExtra: true});
	t.is(readlinkSync(target('a/etc')), '/etc');
	t.is(readlinkSync(target('b')), '../../outside');
	t.false(existsSync(source('../outside')));
});
