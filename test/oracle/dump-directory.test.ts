import {execFileSync} from 'node:child_process';
import {mkdirSync, openSync, closeSync, readFileSync, readdirSync, statSync, unlinkSync} from 'node:fs';
import {join} from 'node:path';
import {getuid} from 'node:process';
import test from 'ava';
import {compareTrees} from '../../src/engine/verify/compare-trees.ts';
import {openLinuxFileSystem} from '../../src/engine/file-system/linux/open-linux-file-system.ts';
import {done, workshop} from '../cli/_workshop.ts';
import {makeCorpus} from '../fixtures/corpus/make-corpus.ts';
import {readTar} from './_read-tar.ts';
import {resticBinaries} from './_restic.ts';
import type {TarEntry} from './_read-tar.ts';

const newest = (await resticBinaries()).at(-1)!;
const isRoot = getuid?.() === 0;

/** Whole seconds, as restic rounds them. */
const inSeconds = (mtime: string): number => Math.round(Number(mtime)) + 0;

test('a directory dumped as a tar archive is what GNU tar unpacks to the same tree, and what restic dumps, only more exact', async t => {
	t.timeout(5 * 60_000);
	const {directory, lazarette} = await workshop(t);
	const source = join(directory, 'corpus');
	await makeCorpus(source, {seed: 11, devices: isRoot, owners: isRoot, sparseSize: 30_000_000, deep: false});
	done(t, await lazarette('init'));
	const backedUp = await lazarette('backup', source, '--as', '/vol/corpus');
	t.true(backedUp.code === 0 || backedUp.code === 10, backedUp.err);
	const ours = join(directory, 'ours.tar');
	t.regex(done(t, await lazarette('dump', 'latest', '/vol', '--target', ours)), /as a tar archive, is in .*every piece verified/);

	const unpacked = join(directory, 'unpacked');
	mkdirSync(unpacked);
	// xattrs-include, because GNU tar takes those of users only by itself.
	const said = execFileSync('tar', ['--xattrs', '--xattrs-include=*', '--acls', '--numeric-owner', '-xpf', ours, '-C', unpacked], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});
	t.is(said, '');
	// Hard links are files of their own and holes are zeros: what tar archives by us do not have.
	t.deepEqual(compareTrees(await openLinuxFileSystem(), source, join(unpacked, 'vol/corpus'), {ignore: ['sameAs', 'blocks', ...(isRoot ? [] : (['uid', 'gid'] as const))]}), []);

	const theirs = join(directory, 'theirs.tar');
	const fd = openSync(theirs, 'w');
	execFileSync(newest.path, ['--no-cache', '-r', join(directory, 'repository'), '-p', join(directory, 'password'), 'dump', '-a', 'tar', 'latest', '/vol'], {stdio: ['ignore', fd, 'pipe']});
	closeSync(fd);
	const [own, restics] = [ours, theirs].map(path => readTar(readFileSync(path)));
	// restic leaves out the directory itself; devices and pipes it leaves out as well, or makes empty files of them.
	t.deepEqual(own!.shift()?.name, 'vol/');
	const comparable = (entries: TarEntry[]): object[] => entries.filter(({name}) => !special.has(name)).map(({mtime, ...rest}) => ({...rest, mtime: inSeconds(mtime)}));
	const special = new Set(own!.filter(({type}) => '346'.includes(type)).map(({name}) => name));
	const [one, other] = [comparable(own!), comparable(restics!)];
	for (const [at, entry] of one.entries()) t.deepEqual(entry, other[at]);
	t.is(one.length, other.length);
	t.true(own!.some(({mtime}) => /\.\d{9}$/.test(mtime)));
	t.log(`${own!.length} entries compared, ${special.size} of them are devices and pipes`);
});

test('a tar archive of a directory that can not be read whole does not stay, and says which file it was', async t => {
	const {directory, lazarette} = await workshop(t);
	done(t, await lazarette('init'));
	done(t, await lazarette('backup', join(directory, 'data'), '--as', '/data'));
	const data = join(directory, 'repository/data');
	const packs = readdirSync(data, {recursive: true, encoding: 'utf8'}).map(name => join(data, name)).filter(path => statSync(path).isFile());
	const largest = packs.length;
	t.true(largest >= 2);
	for (const pack of packs) unlinkSync(pack);
	const ran = await lazarette('dump', 'latest', '/', '--target', join(directory, 'out.tar'));
	t.is(ran.code, 5, ran.err);
	t.false(readdirSync(directory).includes('out.tar'));
});
