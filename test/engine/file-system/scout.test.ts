import {mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setImmediate as turn} from 'node:timers/promises';
import {inspect, isDeepStrictEqual} from 'node:util';
import test from 'ava';
import type {Scout} from '../../../src/engine/file-system/scout/scout.ts';
import {openLinuxFileSystem} from '../../../src/engine/file-system/linux/open-linux-file-system.ts';
import {NameList} from '../../../src/engine/file-system/name-list.ts';
import {ScoutRing, outcomes} from '../../../src/engine/file-system/scout/scout-ring.ts';
import {noFacts} from '../../../src/repository/entry-facts.ts';
import {overriding} from '../_hooked-file-system.ts';
import {temporaryDirectory, workshop} from '../_workshop.ts';
import {readyScout} from './_ready-scout.ts';

/** Descriptors of this process that stand for the directory. */
const descriptorsOf = (directory: string): number => readdirSync('/proc/self/fd').filter(fd => readLink(`/proc/self/fd/${fd}`) === directory).length;

function readLink(path: string): string | undefined {
	try {
		return readlinkSync(path);
	} catch {
		return undefined;
	}
}

function fill(directory: string, count: number): void {
	mkdirSync(directory, {recursive: true});
	for (let number = 0; number < count; number++) {
		const path = join(directory, `entry-${number}`);
		if (number % 7 === 0) symlinkSync(`to ${number}`, path);
		else if (number % 11 === 0) mkdirSync(path);
		else {
			writeFileSync(path, 'x'.repeat(number % 5));
			utimesSync(path, number * 1000, number * 1000 + 0.25);
		}
	}
}

test('what the scout says of an entry is what the walk would have found itself', async t => {
	t.timeout(150_000);
	const fileSystem = await openLinuxFileSystem();
	const directory = temporaryDirectory(t);
	fill(directory, 600);
	const root = fileSystem.openRoot(directory);
	const opened = root.openEntry(Buffer.from('entry-1'));
	opened.setAttribute({name: Buffer.from('user.test'), value: Buffer.from('value')});
	opened.close();
	const names = new NameList();
	root.readNames(names);
	names.sort();
	const scout = await readyScout(fileSystem);
	const [found, own] = [noFacts(), noFacts()];
	const seen = new Set<number>();
	// How much the thread gets done depends on the machine: it is given as many walks as it takes.
	while (seen.size < names.length) {
		const scouted = scout.begin(root.openAgain());
		for (let index = 0; index < names.length; index++) {
			if (index % 64 === 0) await turn();
			const outcome = scout.look(scouted, names, index, found);
			if (outcome === 0) continue;
			seen.add(index);
			root.look(names.bytes, names.startOf(index), names.endOf(index), own);
			// Not an assertion each, of which there are many thousands.
			const isSame = (outcome & outcomes.status) !== 0 && isDeepStrictEqual(found, own) && (outcome & outcomes.noAttributes) !== 0 === (root.attributesOf(names.at(index)).length === 0);
			if (!isSame) t.fail(`${names.at(index).toString()}: ${outcome}, ${inspect(found)} instead of ${inspect(own)}`);
		}
		scout.end(scouted);
	}
	await scout.close();
	root.close();
	t.is(seen.size, names.length);
	t.is(descriptorsOf(directory), 0);
});

test('of an entry that has gone the scout says nothing, so that the walk meets the error itself', async t => {
	t.timeout(150_000);
	const fileSystem = await openLinuxFileSystem();
	const directory = temporaryDirectory(t);
	fill(directory, 200);
	const root = fileSystem.openRoot(directory);
	const names = new NameList();
	root.readNames(names);
	names.sort();
	for (const name of readdirSync(directory)) rmSync(join(directory, name), {recursive: true});
	const scout = await readyScout(fileSystem);
	const scouted = scout.begin(root.openAgain());
	for (let index = 0; index < names.length; index++) {
		if (index % 8 === 0) await turn();
		t.is(scout.look(scouted, names, index, noFacts()) & outcomes.status, 0);
	}
	scout.end(scouted);
	await scout.close();
	root.close();
});

test('an archive is the same with a scout ahead and without, whatever has changed since its parent', async t => {
	t.timeout(150_000);
	const {archive, source, write, fileSystem} = await workshop(t);
	fill(source('many'), 400);
	for (let number = 0; number < 6; number++) fill(source(`many/between-${number}/deep`), 90);
	const scouted = async (parent: string) => {
		const scout = await readyScout(fileSystem);
		return archive({parent, fileSystem: overriding(fileSystem, {startScout: () => scout}), scouting: {fromEntry: 0, fromNames: 1}});
	};
	for (const round of [1, 2, 3]) {
		const ahead = await scouted('auto');
		const alone = await archive({scouting: false});
		const anew = await scouted('none');
		t.is(ahead.archive.tree, alone.archive.tree);
		t.is(anew.archive.tree, alone.archive.tree);
		t.is(ahead.tally.bytesTotal, alone.tally.bytesTotal);
		t.like(ahead, {skippedTotal: 0, warnings: []});
		write({[`many/entry-${round}`]: 'changed', [`many/between-${round}/new`]: 'new'});
		rmSync(source(`many/entry-${round + 20}`), {recursive: true});
	}
});

test('where the parent has many files the scout begins before the walk, and ends with the run even when that fails', async t => {
	t.timeout(60_000);
	const {archive, source, fileSystem} = await workshop(t);
	for (let number = 0; number < 6; number++) fill(source(`many/part-${number}`), 90);
	const first = await archive({parent: 'none'});
	t.deepEqual(first.added.treeBlobs > 6, true);
	for (const onEmptySource of ['fail', 'allow'] as const) {
		let scout: Scout | undefined;
		const scouting = {fromFiles: 300, fromNames: 1};
		const early = overriding(fileSystem, {startScout: () => (scout ??= fileSystem.startScout!())});
		if (onEmptySource === 'fail') await t.throwsAsync(archive({fileSystem: early, scouting, include: ['nothing'], onEmptySource}));
		else t.is((await archive({fileSystem: early, scouting})).archive.tree, first.archive.tree);
		t.false(scout?.hasRoom, 'its thread has ended');
	}
	t.is(descriptorsOf(source('many/part-3')), 0);
});

test('a walk that fails leaves no descriptor of the directories it was in', async t => {
	t.timeout(60_000);
	const {archive, source, fileSystem} = await workshop(t);
	for (const path of ['one', 'one/two', 'one/two/three']) fill(source(path), 200);
	for (const isDismissed of [false, true]) {
		const scout = await readyScout(fileSystem);
		let seen = 0;
		const begin = overriding(scout, {
			begin(fd) {
				if (++seen > 2) throw new Error('broken off');
				if (isDismissed) void scout.close();
				return scout.begin(fd);
			},
			get hasRoom() {
				return true;
			},
		});
		await t.throwsAsync(archive({fileSystem: overriding(fileSystem, {startScout: () => begin}), scouting: {fromEntry: 0, fromNames: 1}}), {message: 'broken off'});
	}
	t.is(descriptorsOf(source('one')) + descriptorsOf(source('one/two')) + descriptorsOf(source()), 0);
});

test('a name longer than its place in the ring is left to the walk, and does no harm to others', t => {
	const ring = new ScoutRing();
	const names = Buffer.from(`ab${'ü'.repeat(200)}`);
	for (const [entry, from, to] of [[0, 0, 1], [2, 1, 2], [1, 2, 402]] as const) ring.feed(entry, 7, names, from, to);
	ring.report(2, outcomes.status);
	const text = (entry: number): string => Buffer.from(ring.taskOf(entry).name).toString().replace(/\0.*$/s, '');
	t.deepEqual([text(0), text(1), text(2)], ['a', '', 'b']);
	ring.feed(1, 7, names, 2, 402);
	t.is(ring.outcomeOf(2), outcomes.status);
	t.is(ring.taskOf(2).directory, 7);
});

test('a scout whose thread cannot work is no obstacle', async t => {
	const {archive, source, fileSystem} = await workshop(t);
	fill(source('many'), 300);
	const scout = await readyScout(fileSystem);
	await scout.close();
	t.false(scout.hasRoom);
	const ended = overriding(fileSystem, {startScout: () => scout});
	t.is((await archive({fileSystem: ended, scouting: {fromEntry: 0, fromNames: 1}})).archive.tree, (await archive({scouting: false})).archive.tree);
});
