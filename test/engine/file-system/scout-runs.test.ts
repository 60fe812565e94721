import {linkSync, mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {openLinuxFileSystem} from '../../../src/engine/file-system/linux/open-linux-file-system.ts';
import {ScoutRing, outcomes} from '../../../src/engine/file-system/scout/scout-ring.ts';
import {overriding} from '../_hooked-file-system.ts';
import {workshop} from '../_workshop.ts';
import {readyScout} from './_ready-scout.ts';

/** Numbers that look random and are the same each time. */
function numbers(seed: number): (end: number) => number {
	let state = seed;
	return end => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state % end;
	};
}

function change(directory: string, below: (end: number) => number, round: number): void {
	const all = readdirSync(directory, {withFileTypes: true}).filter(entry => !entry.isDirectory());
	for (let times = below(6); times > 0 && all.length > 0; times--) {
		const name = all[below(all.length)]!.name;
		const path = join(directory, name);
		rmSync(path, {force: true});
		const what = below(6);
		if (what === 0) mkdirSync(path);
		else if (what === 1) symlinkSync(`to ${round}`, path);
		else if (what === 2) writeFileSync(path, '');
		else if (what === 3) writeFileSync(`${path}+`, `more ${round}`);
		else if (what === 4) writeFileSync(path, `changed ${round}`);
		if (what === 5 && times > 3) {
			writeFileSync(path, 'twice');
			linkSync(path, `${path}-again-${round}`);
		}
		all.splice(all.findIndex(entry => entry.name === name), 1);
	}
}

test('directories of every length, whatever has changed in them, come out the same with a scout and without', async t => {
	t.timeout(150_000);
	const {archive, source, repository} = await workshop(t);
	const fileSystem = await openLinuxFileSystem();
	const below = numbers(20_261_122);
	const directories = [1, 3, 63, 64, 65, 127, 128, 129, 200, 700].map(count => {
		const directory = source(`of-${count}`);
		mkdirSync(directory);
		for (let number = 0; number < count; number++) {
			const path = join(directory, `entry-${number}${number % 90 === 3 ? ' "quoted"' : ''}`);
			writeFileSync(path, 'x'.repeat(number % 3));
			utimesSync(path, number, number / 3);
		}
		return directory;
	});
	for (let round = 0; round < 5; round++) {
		const scout = await readyScout(fileSystem);
		const ahead = await archive({fileSystem: overriding(fileSystem, {startScout: () => scout}), scouting: {fromEntry: 0, fromNames: round % 2 === 0 ? 1 : 64}});
		const alone = await archive({scouting: false, parent: 'none'});
		t.is(ahead.archive.tree, alone.archive.tree);
		t.is(ahead.tally.bytesTotal, alone.tally.bytesTotal);
		t.is(ahead.tally.filesNew + ahead.tally.filesChanged + ahead.tally.filesUnmodified, alone.tally.filesNew);
		// A minute passes with every archive: one lock does not last for all.
		await repository.close();
		for (const directory of directories) change(directory, below, round);
	}
});

test('an entry is looked at by one of those who want to, and by nobody once it was given up', t => {
	const ring = new ScoutRing();
	const feed = (from: number, to: number): void => {
		for (let entry = from; entry < to; entry++) {
			t.true(ring.isFree(entry));
			ring.feed(entry, 7, Buffer.from('name'), 0, 4);
		}
		ring.publish(to);
	};
	feed(0, 5);
	t.true(ring.claim(0));
	t.false(ring.claim(0));
	t.false(ring.isFree(ScoutRing.slots), 'somebody is at the entry that its slot holds');
	ring.report(0, outcomes.status | outcomes.noAttributes);
	t.true(ring.claim(1));
	ring.dropAll(0, 5);
	t.deepEqual([0, 1, 2, 3, 4].map(entry => ring.isDone(entry)), [true, false, true, true, true]);
	t.deepEqual([2, 3, 4].map(entry => ring.claim(entry)), [false, false, false]);
	t.is(ring.plainFrom(0, 5), 1);
	ring.report(1, outcomes.status);
	t.is(ring.plainFrom(0, 5), 1, 'one that may have attributes ends a run');
	t.true(ring.isFree(ScoutRing.slots + 1));
	feed(5, ScoutRing.slots + 5);
	for (let entry = 5; entry < ScoutRing.slots + 5; entry++) {
		t.true(ring.claim(entry));
		ring.report(entry, outcomes.status | outcomes.noAttributes);
	}
	t.is(ring.plainFrom(ScoutRing.slots - 3, 8), 3, 'a run ends where the memory does');
	t.is(ring.plainFrom(ScoutRing.slots, 5), 5);
});
