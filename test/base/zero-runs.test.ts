import test from 'ava';
import fc from 'fast-check';
import {blockSize, dataRuns} from '../../src/base/zero-runs.ts';

test('what is written plus what is left a hole is the content, wherever it lies in the file', t => {
	const stretch = fc.tuple(fc.boolean(), fc.integer({min: 0, max: 3 * blockSize}));
	fc.assert(fc.property(fc.array(stretch, {maxLength: 6}), fc.integer({min: 0, max: 2 * blockSize}), (stretches, position) => {
		const bytes = Buffer.concat(stretches.map(([zero, length]) => Buffer.alloc(length, zero ? 0 : 1)));
		const written = Buffer.alloc(bytes.length);
		const runs = dataRuns(bytes, position);
		let last = -1;
		for (let run = 0; run < runs.length; run += 2) {
			t.true(runs[run]! > last && runs[run + 1]! > runs[run]!);
			last = runs[run + 1]!;
			bytes.copy(written, runs[run], runs[run], runs[run + 1]);
		}
		t.true(written.equals(bytes));
	}), {numRuns: 300});
});

test('every block of the file that is all zeros is left a hole', t => {
	const block = (value: number): Buffer => Buffer.alloc(blockSize, value);
	t.deepEqual(dataRuns(Buffer.concat([block(1), block(0), block(1)]), 0), [0, blockSize, 2 * blockSize, 3 * blockSize]);
	t.deepEqual(dataRuns(block(0), 0), []);
	t.deepEqual(dataRuns(Buffer.alloc(10 * blockSize + 17), 123), [], 'zeros at odd places too');
	t.deepEqual(dataRuns(Buffer.concat([Buffer.alloc(100), Buffer.alloc(10, 1)]), 0), [0, 110], 'less than a block is not worth a hole');
	t.deepEqual(dataRuns(Buffer.concat([Buffer.alloc(100), Buffer.alloc(10, 1)]), blockSize - 100), [100, 110], 'but what ends a block is');
	t.deepEqual(dataRuns(Buffer.alloc(0), 5), []);
});

test('a single byte that is not zero is never lost', t => {
	const bytes = Buffer.alloc(3 * blockSize);
	for (const at of [0, 1, blockSize - 1, blockSize, blockSize + 1, 2 * blockSize - 1, 3 * blockSize - 1]) {
		bytes.fill(0);
		bytes[at] = 1;
		const [start, end] = dataRuns(bytes, 0) as [number, number];
		t.true(start <= at && end > at);
		t.is(end - start, blockSize);
	}
});
