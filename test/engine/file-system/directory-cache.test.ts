import {mkdirSync, renameSync, symlinkSync, writeFileSync} from 'node:fs';
import test from 'ava';
import {DirectoryCache, namesOf} from '../../../src/engine/file-system/directory-cache.ts';
import type {DirectoryPlace} from '../../../src/engine/file-system/directory-cache.ts';
import {openLinuxFileSystem} from '../../../src/engine/file-system/linux/open-linux-file-system.ts';
import {SystemError} from '../../../src/engine/file-system/system-error.ts';
import {temporaryDirectory} from '../_workshop.ts';

const name = (text: string): Buffer => Buffer.from(text);

/** A chain of directories `d/d/d…`, each with a file `here`. */
async function chain(directory: string, depth: number, limit: number): Promise<{cache: DirectoryCache; places: DirectoryPlace[]}> {
	mkdirSync(`${directory}${'/d'.repeat(depth)}`, {recursive: true});
	for (let level = 0; level <= depth; level++) writeFileSync(`${directory}${'/d'.repeat(level)}/here`, `${level}`);
	const cache = new DirectoryCache((await openLinuxFileSystem()).openRoot(directory), limit);
	const places = [cache.root];
	for (let level = 0; level < depth; level++) places.push({parent: places.at(-1), name: name('d')});
	return {cache, places};
}

test('a directory is reached again after it was closed for want of descriptors', async t => {
	const {cache, places} = await chain(temporaryDirectory(t), 30, 4);
	const inodes = places.map(place => cache.open(place).status().inode);
	t.is(new Set(inodes).size, 31);
	for (const [level, place] of [...places.entries()].reverse()) t.is(cache.open(place).status().inode, inodes[level]!);
	t.is(cache.open(places[30]!).statusOf(name('here')).size, 2);
	cache.close();
});

test('two directories asked for together are both open, however deep', async t => {
	const {cache, places} = await chain(temporaryDirectory(t), 30, 4);
	const [shallow, deep] = cache.openBoth(places[3]!, places[30]!);
	t.not(shallow.status().inode, deep.status().inode);
	const [first, second] = cache.openBoth(places[29]!, places[10]!);
	t.not(first.status().inode, second.status().inode);
	cache.close();
});

test('a directory that was replaced by a link is not found again through it', async t => {
	const directory = temporaryDirectory(t);
	const {cache, places} = await chain(directory, 3, 1);
	cache.open(places[3]!);
	renameSync(`${directory}/d`, `${directory}/moved`);
	symlinkSync('moved', `${directory}/d`);
	t.throws(() => cache.open(places[1]!), {instanceOf: SystemError, code: 'ENOTDIR'});
	cache.close();
});

test('a place knows its names from the root', t => {
	const root = {parent: undefined, name: Buffer.alloc(0)};
	const place = {parent: {parent: root, name: name('a')}, name: name('b')};
	t.deepEqual(namesOf(place, name('c')).map(String), ['a', 'b', 'c']);
	t.deepEqual(namesOf(root), []);
});
