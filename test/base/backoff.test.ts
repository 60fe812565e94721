import test from 'ava';
import fc from 'fast-check';
import {backoffDelayMs} from '../../src/base/backoff.ts';

const fixed = (fraction: number): Parameters<typeof backoffDelayMs>[2] => ({fraction: () => fraction, bytes: length => Buffer.alloc(length)});

test('delays double up to their cap', t => {
	const shape = {firstMs: 100, maxMs: 1000};
	t.deepEqual([1, 2, 3, 4, 5, 60].map(attempt => backoffDelayMs(attempt, shape, fixed(1))), [100, 200, 400, 800, 1000, 1000]);
});

test('a delay is never below half its ceiling nor above it', t => {
	fc.assert(
		fc.property(fc.integer({min: 1, max: 1000}), fc.integer({min: 1, max: 10_000}), fc.double({min: 0, max: 0.999, noNaN: true}), (attempt, firstMs, fraction) => {
			const ceiling = backoffDelayMs(attempt, {firstMs, maxMs: 60_000}, fixed(1));
			const delay = backoffDelayMs(attempt, {firstMs, maxMs: 60_000}, fixed(fraction));
			return delay >= Math.floor(ceiling / 2) && delay <= ceiling;
		}),
	);
	t.pass();
});
