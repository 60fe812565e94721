import test from 'ava';
import * as fc from 'fast-check';
import {getCondition, isTrue, removeCondition, setCondition} from '../../../src/kube/runtime/conditions.ts';
import type {Condition} from '../../../src/kube/runtime/conditions.ts';

const early = new Date('2026-01-01T00:00:00.123Z');
const late = new Date('2026-01-02T00:00:00.456Z');

test('the transition time of a condition moves only when its status does', t => {
	const first = setCondition<Condition>([], {type: 'Ready', status: 'False', reason: 'Pending', message: 'waiting'}, early);
	t.is(first[0]!.lastTransitionTime, '2026-01-01T00:00:00Z');

	const reworded = setCondition(first, {type: 'Ready', status: 'False', reason: 'Moving', message: '40 %', observedGeneration: 2}, late);
	t.deepEqual(reworded, [{type: 'Ready', status: 'False', reason: 'Moving', message: '40 %', observedGeneration: 2, lastTransitionTime: '2026-01-01T00:00:00Z'}]);

	const flipped = setCondition(reworded, {type: 'Ready', status: 'True', reason: 'Succeeded', message: 'done'}, late);
	t.is(flipped[0]!.lastTransitionTime, '2026-01-02T00:00:00Z');
	t.true(isTrue(flipped, 'Ready'));
});

test('a removed condition is absent, and comes back with a new transition time', t => {
	const both = setCondition(setCondition<Condition>([], {type: 'Ready', status: 'False', reason: 'A', message: ''}, early), {type: 'Stalled', status: 'True', reason: 'B', message: ''}, early);
	const without = removeCondition(both, 'Stalled');
	t.is(getCondition(without, 'Stalled'), undefined);
	t.is(setCondition(without, {type: 'Stalled', status: 'True', reason: 'B', message: ''}, late)[1]!.lastTransitionTime, '2026-01-02T00:00:00Z');
});

test('whatever is set in whatever order, each type is there once, holds what was said last, and nothing that was given is changed', t => {
	const observation = fc.record({type: fc.constantFrom('Ready', 'Reconciling', 'Stalled'), status: fc.constantFrom('True' as const, 'False' as const, 'Unknown' as const), reason: fc.constantFrom('A', 'B'), message: fc.string()});
	fc.assert(
		fc.property(fc.array(observation, {maxLength: 20}), observations => {
			let conditions: readonly Condition[] = [];
			for (const [index, next] of observations.entries()) {
				const before = conditions;
				const copy = structuredClone(before);
				conditions = setCondition(before, next, new Date(early.getTime() + index * 60_000));
				t.deepEqual(before, copy);
			}

			const types = conditions.map(condition => condition.type);
			t.is(new Set(types).size, types.length);
			for (const condition of conditions) {
				const last = observations.findLast(({type}) => type === condition.type);
				t.like(condition, {...last});
			}
		}),
		{numRuns: 100},
	);
});
