import {chmodSync, linkSync, lutimesSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync} from 'node:fs';
import test from 'ava';
import {openLinuxFileSystem} from '../../../src/engine/file-system/linux/open-linux-file-system.ts';
import {compareDescriptions, compareTrees} from '../../../src/engine/verify/compare-trees.ts';
import type {DifferenceField} from '../../../src/engine/verify/compare-trees.ts';
import {describeTree} from '../../../src/engine/verify/describe-tree.ts';
import {temporaryDirectory} from '../_workshop.ts';

const when = new Date('2026-01-01T00:00:00Z');

/** Two equal trees, the second changed by `change`, and the fields in which they then differ. */
const cases: Array<[what: string, change: (copy: string) => void | Promise<void>, fields: DifferenceField[]]> = [
	['nothing', () => undefined, []],
	['one byte of a file', copy => writeFileSync(`${copy}/file`, 'cOntent'), ['content']],
	['the length of a file', copy => truncateSync(`${copy}/file`, 5), ['size', 'content']],
	['a mode', copy => chmodSync(`${copy}/file`, 0o600), ['mode']],
	['the mode of a directory', copy => chmodSync(`${copy}/dir`, 0o700), ['mode']],
	['the mode of the root', copy => chmodSync(copy, 0o700), ['mode']],
	['a missing file', copy => rmSync(`${copy}/dir/inside`), ['presence']],
	['an additional file', copy => writeFileSync(`${copy}/extra`, ''), ['presence']],
	['a link that leads elsewhere', copy => relink(`${copy}/link`, 'elsewhere'), ['target']],
	['a link instead of a file', copy => relink(`${copy}/file`, 'dir/inside'), ['type', 'mode', 'size', 'content', 'target']],
	['two names that are one file no more', copy => writeFileSync(replaced(`${copy}/same`), 'content'), ['sameAs', 'sameAs']],
	['a name that became one with another', copy => linkSync(`${copy}/dir/inside`, replaced(`${copy}/alone`)), ['size', 'content', 'sameAs', 'sameAs']],
	[
		'an attribute',
		async copy => {
			const root = (await openLinuxFileSystem()).openRoot(copy);
			const entry = root.openEntry(Buffer.from('file'));
			entry.setAttribute({name: Buffer.from('user.a'), value: Buffer.from('b')});
			entry.close();
			root.close();
		},
		['attributes'],
	],
	['zeros written out where the original has a hole', copy => writeFileSync(`${copy}/sparse`, Buffer.alloc(1_000_000)), ['blocks']],
];

for (const [what, change, fields] of cases) {
	test(`${what}: ${fields.join(', ') || 'no difference'}`, async t => {
		const directory = temporaryDirectory(t);
		make(`${directory}/original`);
		make(`${directory}/copy`);
		await change(`${directory}/copy`);
		const differences = compareTrees(await openLinuxFileSystem(), `${directory}/original`, `${directory}/copy`, {ignore: ['mtime']});
		t.deepEqual(differences.map(({field}) => field).toSorted(), fields.toSorted());
	});
}

test('times are compared exactly, those of directories and the root too', async t => {
	const directory = temporaryDirectory(t);
	const paths = ['dir/inside', 'file', 'dir', ''];
	for (const tree of ['a', 'b']) {
		make(`${directory}/${tree}`);
		for (const path of [...paths, 'one', 'alone', 'sparse']) utimesSync(`${directory}/${tree}/${path}`, when, when);
		lutimesSync(`${directory}/${tree}/link`, when, when);
	}
	const fileSystem = await openLinuxFileSystem();
	t.deepEqual(compareTrees(fileSystem, `${directory}/a`, `${directory}/b`), []);
	for (const path of paths) {
		utimesSync(`${directory}/b/${path}`, when, new Date(when.getTime() + 1));
		t.deepEqual(compareTrees(fileSystem, `${directory}/a`, `${directory}/b`).map(({path, field}) => `${field} ${path}`), [`mtime /${path}`]);
		utimesSync(`${directory}/b/${path}`, when, when);
	}
});

test('where the holes of a file are makes no difference to its content', async t => {
	const directory = temporaryDirectory(t);
	const fileSystem = await openLinuxFileSystem();
	for (const [tree, sparse] of [['a', true], ['b', false]] as const) {
		mkdirSync(`${directory}/${tree}`);
		writeFileSync(`${directory}/${tree}/file`, sparse ? '' : Buffer.alloc(3_000_000));
		const root = fileSystem.openRoot(`${directory}/${tree}`);
		const fd = root.openForUpdate(Buffer.from('file'));
		fileSystem.truncate(fd, 3_000_000);
		for (const at of [5000, 1_048_570, 2_999_999]) fileSystem.write(fd, Buffer.from('x'), at);
		fileSystem.close(fd);
		root.close();
	}
	t.deepEqual(compareTrees(fileSystem, `${directory}/a`, `${directory}/b`, {ignore: ['mtime', 'blocks']}), []);
});

test('descriptions of one tree at two times show what happened between', async t => {
	const directory = temporaryDirectory(t);
	make(`${directory}/tree`);
	const fileSystem = await openLinuxFileSystem();
	const before = [...describeTree(fileSystem, `${directory}/tree`)];
	renameSync(`${directory}/tree/alone`, `${directory}/tree/renamed`);
	const differences = compareDescriptions(JSON.parse(JSON.stringify(before)) as typeof before, describeTree(fileSystem, `${directory}/tree`), {ignore: ['mtime']});
	t.deepEqual(differences.map(({path, a, b}) => [path, a, b]), [['/alone', 'file', 'missing'], ['/renamed', 'missing', 'file']]);
});

function make(directory: string): void {
	mkdirSync(`${directory}/dir`, {recursive: true});
	for (const name of ['file', 'one', 'dir/inside', 'alone']) writeFileSync(`${directory}/${name}`, name === 'alone' ? 'alone!' : 'content');
	linkSync(`${directory}/one`, `${directory}/same`);
	symlinkSync('file', `${directory}/link`);
	writeFileSync(`${directory}/sparse`, '');
	truncateSync(`${directory}/sparse`, 1_000_000);
}

function replaced(path: string): string {
	rmSync(path);
	return path;
}

const relink = (path: string, target: string): void => symlinkSync(target, replaced(path));
