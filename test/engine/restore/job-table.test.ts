import test from 'ava';
import fc from 'fast-check';
import {JobTable} from '../../../src/engine/restore/job-table.ts';
import type {Job} from '../../../src/engine/restore/job-table.ts';

const jobs = fc.array(fc.record({pack: fc.integer({min: 0, max: 5}), offset: fc.integer({min: 0, max: 9}).map(n => n * 100)}), {maxLength: 60}).map(list => list.map(({pack, offset}, index): Job => ({pack, offset, file: index, blob: pack * 1000 + offset, position: index})));

test('every job is in exactly one part, each blob of a pack is fetched once, and packs are read from front to back', t => {
	fc.assert(fc.property(jobs, list => {
		const table = new JobTable(100);
		for (const job of list) table.add(job);
		const seen: number[] = [];
		const packs: number[] = [];
		const lastOffset = new Map<number, number>();
		for (const {pack, blobs, rows, firsts} of table.parts()) {
			t.true(blobs.length > 0 && blobs.length === firsts.length);
			packs.push(pack);
			for (const [at, blob] of blobs.entries()) {
				const group = rows.subarray(firsts[at], firsts[at + 1]);
				t.true(group.every(row => list[row]!.blob === blob));
				const offsets = new Set(Array.from(group, row => list[row]!.offset));
				t.is(offsets.size, 1);
				const [offset] = offsets;
				t.true(offset! > (lastOffset.get(pack) ?? -1));
				lastOffset.set(pack, offset!);
				for (const row of group) {
					t.is(list[row]!.pack, pack);
					seen.push(row);
				}
			}
		}
		t.deepEqual(seen.toSorted((a, b) => a - b), list.map((_, index) => index));
		t.deepEqual(packs, [...new Set(list.map(({pack}) => pack))], 'packs in the order of their first use');
	}), {numRuns: 300});
});

test('a full table says so and is empty again after it was cleared', t => {
	const table = new JobTable(2);
	const job = {pack: 4_000_000, offset: 4_294_967_295, file: 1, blob: 4_294_967_295, position: 2 ** 52};
	table.add(job);
	t.false(table.isFull);
	table.add(job);
	t.true(table.isFull);
	t.throws(() => table.add(job), {instanceOf: RangeError});
	t.deepEqual([table.fileOf(1), table.blobOf(1), table.positionOf(1)], [1, 4_294_967_295, 2 ** 52]);
	table.clear();
	t.is(table.length, 0);
	t.deepEqual([...table.parts()], []);
});

test('what is at hand already is in no part, and a table of nothing else has none', t => {
	const table = new JobTable(4);
	for (const [file, blob] of [7, 8, 7].entries()) table.add({pack: 1, offset: blob * 100, file, blob, position: 0});
	const rest = [...table.parts(row => table.blobOf(row) === 7)];
	t.deepEqual(rest.map(({blobs, rows}) => [[...blobs], [...rows]]), [[[8], [1]]]);
	t.deepEqual([...table.parts(() => true)], []);
});
