import test from 'ava';
import fc from 'fast-check';
import {mostAtOnce, patienceMs, planDeletion} from '../../../src/controllers/archive-deletion/plan-deletion.ts';
import type {Deleted} from '../../../src/controllers/archive-deletion/plan-deletion.ts';

const start = Date.parse('2026-11-22T12:00:00Z');
const at = (seconds: number): Date => new Date(start + seconds * 1000);
const deleted = (seconds: number, change: Partial<Deleted> = {}): Deleted => ({name: `run-${seconds}`, deletedAt: at(seconds), confirmed: false, ...change});
const burst = (count: number, everySeconds: number): Deleted[] => Array.from({length: count}, (_, index) => deleted(index * everySeconds));

test('one VolumeBackup alone takes its archives with it, after a minute in which no other was deleted', t => {
	const one = deleted(0);
	t.deepEqual(planDeletion(one, [], at(20)), {kind: 'wait', untilMs: 40_000});
	t.deepEqual(planDeletion(one, [], at(60)), {kind: 'remove'});
	t.deepEqual(planDeletion(one, [deleted(50)], at(60)), {kind: 'wait', untilMs: 50_000});
});

test('of more than ten within a minute every archive stays, also those of the first and the last', t => {
	const many = burst(mostAtOnce + 1, 5);
	for (const each of many) t.is(planDeletion(each, many.filter(other => other !== each), at(55)).kind, 'retain', each.name);
	const few = burst(mostAtOnce, 5);
	for (const each of few) t.is(planDeletion(each, few.filter(other => other !== each), at(110)).kind, 'remove', each.name);
});

test('what hangs together with many stays too, and what was settled for some holds for the rest', t => {
	const many = burst(mostAtOnce + 1, 1);
	const late = deleted(65);
	t.is(planDeletion(late, many, at(70)).kind, 'retain');
	const left = [deleted(9, {settled: 'Retain'}), deleted(10)];
	t.is(planDeletion(left[1]!, [left[0]!], at(100)).kind, 'retain');
	t.is(planDeletion(deleted(200), [left[0]!], at(261)).kind, 'remove');
});

test('one that is confirmed goes at once, and is not counted against the others', t => {
	const many = burst(mostAtOnce + 5, 1).map(each => ({...each, confirmed: true}));
	for (const each of many) t.deepEqual(planDeletion(each, many.filter(other => other !== each), at(1)), {kind: 'remove'});
	t.deepEqual(planDeletion(deleted(0), many, at(60)), {kind: 'remove'});
});

test('whatever comes, everyone is settled in time, and never a minute with more than ten is removed', t => {
	fc.assert(fc.property(fc.array(fc.integer({min: 0, max: 600}), {minLength: 1, maxLength: 60}), seconds => {
		const all = seconds.map((second, index) => deleted(second, {name: `run-${index}`}));
		const fates = all.map(each => {
			const known = (now: Date): Deleted[] => all.filter(other => other !== each && other.deletedAt <= now);
			for (let second = each.deletedAt.getTime(); ; second += 1000) {
				const now = new Date(second);
				const fate = planDeletion(each, known(now), now);
				if (fate.kind !== 'wait') return {each, fate, tookMs: second - each.deletedAt.getTime()};
			}
		});
		const removed = fates.filter(({fate}) => fate.kind === 'remove').map(({each}) => each.deletedAt.getTime());
		const tooMany = removed.some(from => removed.filter(time => time >= from && time - from <= 60_000).length > mostAtOnce);
		return !tooMany && fates.every(({tookMs}) => tookMs < patienceMs);
	}), {numRuns: 300});
	t.pass();
});
