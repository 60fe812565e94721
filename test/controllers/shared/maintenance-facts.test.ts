import test from 'ava';
import fc from 'fast-check';
import type {MaintenanceFacts, MoverResult} from '../../../src/api/v1alpha1/mover-contract.ts';
import {parseMoverResult} from '../../../src/controllers/shared/mover-result.ts';
import {fitResult} from '../../../src/mover/fit-result.ts';
import {ago, result} from '../_objects.ts';

const hex = fc.integer({min: 0, max: 2 ** 31}).map(number => number.toString(16).padStart(64, '0'));
const text = fc.string({minLength: 1, maxLength: 200, unit: 'grapheme-ascii'}).map(value => value.trim().replaceAll(/\s+/gv, ' ') || 'x');
const archive = fc.record({id: hex, time: fc.constant(ago(60)), hostname: fc.constant('shop'), path: text});
const facts: fc.Arbitrary<MaintenanceFacts> = fc.record({
	kind: fc.constantFrom('forget', 'prune', 'check', 'delete'),
	archives: fc.nat(),
	forget: fc.record({removed: fc.nat(), kept: fc.nat(), lastGood: fc.nat(), removedExamples: fc.array(archive, {maxLength: 10}), review: fc.array(fc.record({policy: text, remove: fc.nat(), keep: fc.nat()}), {maxLength: 64}), reviewExamples: fc.array(archive, {maxLength: 10})}),
	check: fc.record({part: fc.nat(), parts: fc.nat(), problems: fc.nat(), warnings: fc.nat(), bytesRead: fc.nat(), findings: fc.array(fc.record({object: text, message: text}), {maxLength: 10})}),
	retained: fc.array(fc.record({id: hex.map(id => id.slice(-16)), reason: fc.constantFrom('LastGood', 'Pinned')}), {maxLength: 64}),
}, {requiredKeys: ['kind']});

test('what a piece of care tells fits into a termination message and comes back as it was, save for the length of its lists', t => {
	fc.assert(fc.property(facts, maintenance => {
		const message = fitResult(result({maintenance}) satisfies MoverResult);
		const read = parseMoverResult(message)?.maintenance;
		if (Buffer.byteLength(message) > 4096 || !read) return false;
		const counts = ({forget, check, kind, archives}: MaintenanceFacts) => JSON.stringify([kind, archives, forget?.removed, forget?.kept, check?.problems, check?.bytesRead]);
		return counts(read) === counts(maintenance) && (read.retained ?? []).every((each, index) => each.id === maintenance.retained![index]!.id);
	}));
	t.deepEqual(parseMoverResult(fitResult(result({maintenance: {kind: 'prune', pruneStopped: true}})))?.maintenance, {kind: 'prune', pruneStopped: true});
	t.deepEqual(parseMoverResult(fitResult(result({maintenance: {kind: 'prune', prune: {freedBytes: 7, unusedBytes: 1, limitReached: true}}})))?.maintenance, {kind: 'prune', prune: {freedBytes: 7, unusedBytes: 1, limitReached: true}});
});

test('what is no piece of care counts as none', t => {
	for (const maintenance of [{kind: 'destroy'}, {}, [], 'prune', null]) t.is(parseMoverResult(JSON.stringify({...result(), maintenance}))?.maintenance, undefined);
});
