import {setImmediate} from 'node:timers/promises';
import test from 'ava';
import {cases} from '../../../_cases.ts';
import {modelOf} from './_content-threads-model.ts';
import {allRules} from './_content-threads-state.ts';
import {searchExhaustively} from './_exhaustive-search.ts';
import type {Rules, World} from './_content-threads-state.ts';
import type {Found} from './_exhaustive-search.ts';

const small: World = {threads: 1, files: ['large'], slots: 2, pieces: 2, entries: 2, looksAhead: 1, holds: 0, stops: 0, deaths: 0, rules: allRules};

const search = (world: Partial<World>): Found => searchExhaustively(modelOf({...small, ...world}));
const searchWithout = (rule: keyof Rules, world: Partial<World> = {}): Found => search({...world, rules: {...allRules, [rule]: false}});

/** [what, world]: in each the protocol goes through every order in which its steps can happen. */
const worlds: ReadonlyArray<readonly [string, Partial<World>]> = [
	['one thread and a sparse file while uploads fall behind', {files: ['sparse'], pieces: 2, holds: 1}],
	['one thread and a file with more pieces than places for their IDs', {pieces: 3, entries: 1}],
	['one thread, a small file and a large one', {files: ['small', 'large'], pieces: 1}],
	['two threads and more small files than the ring has places', {threads: 2, files: ['small', 'small'], slots: 1}],
	['one thread and a backup that is stopped at any moment', {files: ['sparse'], holds: 1, stops: 1, pieces: 1}],
	['one thread that dies at any moment, whatever it holds', {files: ['small', 'large'], pieces: 1, deaths: 1}],
	['two threads and a large file', {threads: 2, pieces: 1, stops: 1}],
];

/** Seconds each. */
const largerWorlds: typeof worlds = [
	['two threads and a sparse file', {threads: 2, files: ['sparse']}],
	['two threads and a large file, stopped at any moment', {threads: 2, stops: 1}],
	['two threads with a large file of which one dies at any moment', {threads: 2, deaths: 1}],
	['two threads, a small file and a large one', {threads: 2, files: ['small', 'large'], pieces: 1}],
	['two threads and a file that has grown too large for the ring', {threads: 2, files: ['grown'], pieces: 2}],
	['two threads and small files while uploads fall behind', {threads: 2, files: ['small', 'small'], holds: 1, stops: 1}],
	['three threads and a large file', {threads: 3, pieces: 1}],
	['two threads and a large file of three pieces', {threads: 2, pieces: 3}],
	['two threads and one large file after the other', {threads: 2, files: ['large', 'large'], pieces: 1}],
];

for (const [what, world] of cases(1) < 10 ? worlds : [...worlds, ...largerWorlds]) {
	test.serial(`nobody waits for ever, and every file is answered, in any order of steps: ${what}`, async t => {
		// So that the one before is reported before this one has ended.
		await setImmediate();
		const {states, ends, fault} = search(world);
		t.is(fault, undefined);
		t.true(ends > 0);
		t.log(`${states} states`);
	});
}

test('a thread that does not look at the word to stop again before it sleeps is found to sleep for ever', t => {
	const {fault} = searchWithout('looksAtStopBeforeSleep', {pieces: 1});
	t.is(fault?.what, 'stands still');
	t.regex(fault!.way.at(-1)!, /threads: asleep .*isFlushing=1/);
});

test('a main thread that waits although the cursor was held when it wanted to pass on holes is found to wait for ever', t => {
	const {fault} = searchWithout('looksAtHeldUp', {files: ['sparse']});
	t.is(fault?.what, 'stands still');
	t.regex(fault!.way.at(-1)!, /main: turn, threads: asleep .*sparse:underCursor/);
});

test('a main thread that does not look once more after it has said that it waits is found to wait for ever', t => {
	t.is(searchWithout('collectsAfterWaitInMain', {files: ['small']}).fault?.what, 'stands still');
});

test('a file whose end is told before its last piece counts is found to be answered too soon', t => {
	t.is(searchWithout('cutsBeforeEnd').fault?.what, 'a file is answered before all of it is stored');
});

test('an archive that is given up without a wake is found to wait for its threads for ever', t => {
	t.is(searchWithout('wakesOnStop', {stops: 1, pieces: 1}).fault?.what, 'stands still');
});
