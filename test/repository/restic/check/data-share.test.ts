import {createHash} from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import {systemRandom} from '../../../../src/base/random.ts';
import {chooseShare, parseDataShare, periodOf, rotatingShare} from '../../../../src/repository/restic/check/data-share.ts';

const ids = Array.from({length: 5000}, (_, pack) => createHash('sha256').update(String(pack)).digest());
const idOf = (pack: number): Uint8Array => ids[pack]!;
const numbers = (count: number): number[] => Array.from({length: count}, (_, pack) => pack);

test('whatever day a rotation begins, and whatever its period, a row of checks reads every pack exactly once', t => {
	fc.assert(
		fc.property(fc.nat(100), fc.integer({min: 1, max: 400}), fc.nat(50_000), (count, period, firstDay) => {
			const read = numbers(period).flatMap(day => chooseShare(numbers(count), idOf, rotatingShare(firstDay + day, period), systemRandom));
			t.deepEqual(read.toSorted((a, b) => a - b), numbers(count));
		}),
		{numRuns: 30},
	);
});

test('what is added during a rotation is read within one period, and what was there before is not skipped for it', t => {
	const [period, first] = [7, 20_000];
	const read = new Map<number, number>();
	for (let day = first; day < first + 3 * period; day++) {
		for (const pack of chooseShare(numbers((day - first + 1) * 20), idOf, rotatingShare(day, period), systemRandom)) read.set(pack, day);
		const due = numbers(Math.max(0, (day - first + 2 - period) * 20));
		t.true(due.every(pack => read.has(pack) && read.get(pack)! > day - period));
	}
});

test('parts are of about the same size', t => {
	for (const period of [7, 30, 256, 365]) {
		const sizes = numbers(period).map(day => chooseShare(numbers(5000), idOf, rotatingShare(day, period), systemRandom).length);
		t.true(Math.max(...sizes) < (5000 / period) * 1.7 + 10 && Math.min(...sizes) > (5000 / period) * 0.5 - 10, `${period}: ${Math.min(...sizes)} to ${Math.max(...sizes)}`);
	}
});

test('a percentage chooses so many packs at random, and at least one', t => {
	t.is(chooseShare(numbers(200), idOf, {percent: 5}, systemRandom).length, 10);
	t.is(chooseShare(numbers(3), idOf, {percent: 1}, systemRandom).length, 1);
	t.deepEqual(chooseShare([], idOf, {percent: 1}, systemRandom), []);
	t.deepEqual(chooseShare(numbers(9), idOf, {percent: 100}, systemRandom), numbers(9));
	const chosen = chooseShare(numbers(1000), idOf, {percent: 50}, systemRandom);
	t.is(new Set(chosen).size, 500);
	t.notDeepEqual(chosen, chooseShare(numbers(1000), idOf, {percent: 50}, systemRandom));
});

test('shares are written as restic writes them, and nonsense is refused', t => {
	t.deepEqual(parseDataShare('2/7'), {part: 2, of: 7});
	t.deepEqual(parseDataShare('2.5%'), {percent: 2.5});
	for (const text of ['0/7', '8/7', '1/0', '7', '', '0%', '101%', '1/2/3', '-1/7', 'x%', '1.5/7']) t.throws(() => parseDataShare(text), {code: 'BadRequest'}, text);
	t.deepEqual([100, 50, 33, 5, 2.5, 0.5].map(periodOf), [1, 2, 4, 20, 40, 200]);
});
