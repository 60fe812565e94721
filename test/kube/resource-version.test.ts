import test from 'ava';
import * as fc from 'fast-check';
import {compareResourceVersions, isNewer} from '../../src/kube/resource-version.ts';

test('versions are ordered as integers of any size', t => {
	fc.assert(
		fc.property(fc.bigInt({min: 0n, max: 2n ** 80n}), fc.bigInt({min: 0n, max: 2n ** 80n}), (left, right) => {
			const expected = left < right ? -1 : left > right ? 1 : 0;
			return Math.sign(compareResourceVersions(String(left), String(right))!) === expected;
		}),
	);
	t.is(compareResourceVersions('9007199254740993', '9007199254740992'), 1);
});

test('nothing is concluded from versions that are not integers', t => {
	t.is(compareResourceVersions('abc', '1'), undefined);
	t.is(compareResourceVersions('01', '1'), undefined);
	t.false(isNewer('abc', '1'));
	t.false(isNewer(undefined, '1'));
	t.false(isNewer('2', undefined));
	t.true(isNewer('10', '9'));
});
