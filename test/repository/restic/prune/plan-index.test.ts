import test from 'ava';
import {BitSet} from '../../../../src/repository/restic/check/bit-set.ts';
import {planIndex} from '../../../../src/repository/restic/prune/plan-index.ts';
import type {IndexFile} from '../../../../src/repository/restic/prune/load-prune-index.ts';

const file = (name: string, blobs: number, ...packs: number[]): IndexFile => ({key: `index/${name}`, blobs, packs});

function gone(...packs: number[]): BitSet {
	const set = new BitSet(100);
	for (const pack of packs) set.add(pack);
	return set;
}

const plan = (files: IndexFile[], dead: BitSet, hasNewPacks = false): {rewrite: string[]; packs: number[]} => {
	const {rewrite, packs} = planIndex(files, 100, dead, hasNewPacks);
	return {rewrite: rewrite.map(({key}) => key), packs};
};

test('index files stay as they are when no pack goes', t => {
	t.deepEqual(plan([file('a', 50_000, 0, 1), file('b', 10, 2)], gone()), {rewrite: [], packs: []});
});

test('the file of a pack that goes is written anew without it, together with those that have room', t => {
	t.deepEqual(plan([file('a', 50_000, 0, 1), file('b', 60_000, 2, 3), file('c', 10, 4)], gone(1)), {rewrite: ['index/a', 'index/c'], packs: [0, 4]});
});

test('new packs join the files that have room, and full ones stay', t => {
	t.deepEqual(plan([file('a', 50_000, 0), file('b', 10, 1)], gone(), true), {rewrite: ['index/b'], packs: [1]});
});

test('a pack that two files name is named once afterwards, and a file that names none goes', t => {
	t.deepEqual(plan([file('a', 50_000, 0, 1), file('b', 50_000, 1, 2), file('c', 50_000, 3)], gone()), {rewrite: ['index/a', 'index/b'], packs: [0, 1, 2]});
	t.deepEqual(plan([file('a', 50_000, 0), file('b', 0)], gone()), {rewrite: ['index/b'], packs: []});
});

test('many small files are merged even when nothing goes', t => {
	const small = (count: number): IndexFile[] => Array.from({length: count}, (_, number) => file(String(number), 100, number));
	t.is(plan([...small(31), file('full', 50_000, 50)], gone()).rewrite.length, 0);
	t.is(plan([...small(32), file('full', 50_000, 50)], gone()).rewrite.length, 32);
});
