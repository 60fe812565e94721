import {chmodSync, copyFileSync, linkSync, lutimesSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import {openLinuxFileSystem} from '../../../src/engine/file-system/linux/open-linux-file-system.ts';
import {localIdentities} from '../../../src/engine/archive/identities.ts';
import {cases} from '../../_cases.ts';
import {overriding} from '../_hooked-file-system.ts';
import {workshop} from '../_workshop.ts';

/** Names that a tree holds as they are, and names that it quotes. */
const names = ['a', 'b}', 'c,{"name":"x"', 'd\\e', 'f"g', 'h<i>&', 'j k', 'l\nm', 'ñandú', 'Ω', '\u2028', '😀', Buffer.from([0x66, 0xff]), Buffer.from([0xed, 0xa0, 0x80]), 'z'.repeat(255)];

type Change = {name: number; what: 'write' | 'append' | 'chmod' | 'touch' | 'remove' | 'directory' | 'link' | 'hardlink' | 'attribute'; value: number};

const change: fc.Arbitrary<Change> = fc.record({
	name: fc.nat({max: names.length - 1}),
	what: fc.constantFrom('write', 'append', 'chmod', 'touch', 'remove', 'directory', 'link', 'hardlink', 'attribute'),
	value: fc.nat({max: 2 ** 31}),
});

const fileSystem = await openLinuxFileSystem();

function apply(directory: string, {name, what, value}: Change): void {
	const within = value % 3 === 0 ? join(directory, 'below') : directory;
	const path = Buffer.concat([Buffer.from(`${within}/`), Buffer.from(names[name]!)]);
	const exists = readdirSync(within, {encoding: 'buffer'}).some(found => found.equals(Buffer.from(names[name]!)));
	const isFile = exists && statSync(path, {throwIfNoEntry: false})?.isFile();
	if (what === 'remove') rmSync(path, {recursive: true, force: true});
	else if (isFile && what === 'append') writeFileSync(path, `more ${value}`, {flag: 'a'});
	else if (isFile && what === 'chmod') chmodSync(path, value % 0o1000);
	else if (isFile && what === 'touch') utimesSync(path, value, value + 0.123456);
	else if (isFile && what === 'attribute') setAttribute(within, Buffer.from(names[name]!), value);
	else if (exists) return;
	else if (what === 'directory') mkdirSync(path);
	else if (what === 'link') symlinkSync(`to ${value}`, path);
	else if (what === 'hardlink') linkSync(join(directory, 'kept'), path);
	else writeFileSync(path, value % 4 === 0 ? '' : `content ${value % 5}`);
}

function setAttribute(directory: string, name: Buffer, value: number): void {
	const opened = fileSystem.openRoot(directory);
	try {
		const entry = opened.openEntry(name);
		entry.setAttribute({name: Buffer.from('user.test'), value: Buffer.from(`value ${value % 3}`)});
		entry.close();
	} finally {
		opened.close();
	}
}

test('whatever has changed, an archive made beside its parent is that made without one', async t => {
	t.timeout(150_000);
	const {archive, source, write, repository} = await workshop(t);
	write({kept: 'kept', 'below/kept': 'kept'});
	await fc.assert(
		fc.asyncProperty(fc.array(change, {minLength: 1, maxLength: 8}), fc.boolean(), async (changes, named) => {
			for (const one of changes) apply(source(), one);
			const identities = named ? {identities: localIdentities()} : {};
			const beside = await archive(identities);
			const alone = await archive({...identities, parent: 'none'});
			t.is(beside.archive.tree, alone.archive.tree);
			t.is(beside.tally.bytesTotal, alone.tally.bytesTotal);
			const again = await archive(identities);
			t.is(again.archive.tree, alone.archive.tree);
			t.like(again.added, {dataBlobs: 0, treeBlobs: 0, bytes: 0});
			t.like(again.tally, {filesRead: 0, filesNew: 0, filesChanged: 0, directoriesChanged: 0});
			// A minute passes with every archive: one lock does not last for all.
			await repository.close();
		}),
		{numRuns: cases(5), includeErrorInReport: true},
	);
});

test('a volume copied file by file gives the same trees when only size and time count', async t => {
	const {archive, source, write} = await workshop(t);
	write({'a': 'a', 'b/c': 'c', 'b/d/e': 'e', 'ñ "quoted"': 'q', 'empty': ''});
	symlinkSync('a', source('link'));
	const first = await archive({comparison: 'size-mtime'});
	copyAnew(source().replace(/\/$/, ''));
	const second = await archive({comparison: 'size-mtime'});
	t.is(second.archive.tree, first.archive.tree);
	t.like(second.tally, {filesRead: 0, filesUnmodified: 5, directoriesUnmodified: 3});
	t.like(second.added, {dataBlobs: 0, treeBlobs: 0});

	const strict = await archive({comparison: 'restic'});
	t.is(strict.tally.filesChanged, 5, 'every file has another inode');
	t.not(strict.archive.tree, first.archive.tree);
});

/** As a clone made file by file: the same content and times in new inodes. */
function copyAnew(directory: string): void {
	const old = `${directory}.old`;
	renameSync(directory, old);
	copyTree(old, directory);
	rmSync(old, {recursive: true});
}

function copyTree(from: string, to: string): void {
	const {atimeMs, mtimeMs, mode} = statSync(from);
	mkdirSync(to);
	for (const entry of readdirSync(from, {withFileTypes: true})) {
		const [source, target] = [join(from, entry.name), join(to, entry.name)];
		if (entry.isDirectory()) copyTree(source, target);
		else if (entry.isSymbolicLink()) symlinkSync('a', target);
		else copyFileSync(source, target);
		keepTimes(source, target, entry.isSymbolicLink());
	}
	chmodSync(to, mode);
	utimesSync(to, atimeMs / 1000, mtimeMs / 1000);
	keepTimes(from, to, false);
}

/** To the nanosecond, which Node's own calls lose. */
function keepTimes(source: string, target: string, isLink: boolean): void {
	const root = fileSystem.openRoot(join(source, '..'));
	const other = fileSystem.openRoot(join(target, '..'));
	const name = (path: string): Buffer => Buffer.from(path.split('/').at(-1)!);
	const {atimeNs, mtimeNs} = root.statusOf(name(source));
	if (isLink) lutimesSync(target, 0, 0);
	other.setTimes(name(target), atimeNs, mtimeNs);
	root.close();
	other.close();
}

test('attributes that cannot be read are reported although nothing else has changed', async t => {
	const {archive, write, fileSystem: real} = await workshop(t);
	write({a: 'a', b: 'b'});
	await archive();
	const failing = overriding(real, {
		openRoot(path) {
			const root = real.openRoot(path);
			const unreadable = (): never => {
				throw Object.assign(new Error('listxattr'), {syscall: 'listxattr', code: 'EIO'});
			};
			return overriding(root, {lookAtAttributes: unreadable, attributesOf: unreadable});
		},
	});
	await t.throwsAsync(archive({fileSystem: failing}), {message: /listxattr/});
});
