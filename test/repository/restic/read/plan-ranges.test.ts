import test from 'ava';
import fc from 'fast-check';
import {planRanges} from '../../../../src/repository/restic/read/plan-ranges.ts';

const limits = {maxBytes: 100, maxGap: 10};

test('neighbours are fetched in one request, parts far apart in several', t => {
	t.deepEqual(planRanges([{offset: 0, length: 10}, {offset: 10, length: 10}, {offset: 30, length: 5}, {offset: 46, length: 5}], limits), [
		{offset: 0, length: 35, parts: [0, 1, 2]},
		{offset: 46, length: 5, parts: [3]},
	]);
});

test('parts are delivered by their place, however they were asked for, and the same part may be asked for twice', t => {
	t.deepEqual(planRanges([{offset: 20, length: 5}, {offset: 0, length: 20}, {offset: 20, length: 5}], limits), [{offset: 0, length: 25, parts: [1, 0, 2]}]);
});

test('nothing to fetch is no request', t => t.deepEqual(planRanges([], limits), []));

test('a part larger than a request may be is fetched alone', t => {
	t.deepEqual(planRanges([{offset: 0, length: 50}, {offset: 50, length: 500}, {offset: 550, length: 1}], limits), [
		{offset: 0, length: 50, parts: [0]},
		{offset: 50, length: 500, parts: [1]},
		{offset: 550, length: 1, parts: [2]},
	]);
});

test('every part lies whole in exactly one request, and no request is longer than it may be', t => {
	const parts = fc.array(fc.record({offset: fc.nat({max: 2000}), length: fc.integer({min: 1, max: 60})}), {maxLength: 40});
	fc.assert(
		fc.property(parts, wanted => {
			const ranges = planRanges(wanted, limits);
			t.deepEqual(ranges.flatMap(range => range.parts).sort((a, b) => a - b), wanted.map((_, number) => number));
			for (const range of ranges) {
				t.true(range.length <= limits.maxBytes);
				for (const number of range.parts) t.true(wanted[number]!.offset >= range.offset && wanted[number]!.offset + wanted[number]!.length <= range.offset + range.length);
			}
		}),
	);
});
