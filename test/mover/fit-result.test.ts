import test from 'ava';
import fc from 'fast-check';
import {anyCharacter} from '../_any-character.ts';
import {fitResult} from '../../src/mover/fit-result.ts';
import type {MoverResult} from '../../src/api/v1alpha1/mover-contract.ts';

const result = (overrides: Partial<MoverResult>): MoverResult => ({
	version: 1,
	exitCode: 0,
	outcome: 'SucceededWithWarnings',
	message: 'done',
	timings: {startedAt: '2026-11-22T00:00:00.000Z', endedAt: '2026-11-22T00:00:01.000Z'},
	skipped: [],
	skippedTotal: 0,
	removedLocks: 0,
	...overrides,
});

test('a short result is written as it is', t => {
	const full = result({skipped: [{path: 'a', reason: 'PermissionDenied'}], skippedTotal: 1});
	t.deepEqual(JSON.parse(fitResult(full)), full);
});

test('a result of any size fits a termination message and keeps its counts', t => {
	const entry = fc.record({path: fc.string({maxLength: 300, unit: anyCharacter}), reason: fc.constant('PermissionDenied')});
	fc.assert(
		fc.property(fc.array(entry, {maxLength: 200}), fc.string({maxLength: 6000, unit: anyCharacter}), fc.nat(), (skipped, message, skippedTotal) => {
			const text = fitResult(result({skipped, message, skippedTotal}));
			const read = JSON.parse(text) as MoverResult;
			return Buffer.byteLength(text) <= 4096 && read.skippedTotal === skippedTotal && read.exitCode === 0 && read.outcome === 'SucceededWithWarnings';
		}),
	);
	t.pass();
});
