import test from 'ava';
import * as fc from 'fast-check';
import type {Circuit} from '../../../src/api/v1alpha1/repository-limits.ts';
import {planCircuit} from '../../../src/controllers/shared/circuit.ts';
import type {CircuitNews} from '../../../src/controllers/shared/circuit.ts';

const start = Date.parse('2026-11-22T02:00:00Z');
const at = (minute: number): Date => new Date(start + minute * 60_000);

/** News of one minute after the other. */
const after = (news: CircuitNews[], first?: Circuit): Circuit | undefined => news.reduce<Circuit | undefined>((circuit, item, minute) => planCircuit(circuit, item, at(minute)), first);

const unreachable: CircuitNews = {probe: 'unreachable'};
const answered: CircuitNews = {probe: 'answered'};
const worked = (succeeded = 1): CircuitNews => ({succeeded});

test('one probe that fails is no outage; the third in a row opens the circuit, and it stays open since then', t => {
	t.deepEqual(after([unreachable]), {state: 'Closed', transitionTime: at(0).toISOString(), failures: 1});
	t.deepEqual(after([unreachable, unreachable, unreachable]), {state: 'Open', transitionTime: at(2).toISOString(), failures: 3});
	t.deepEqual(after([unreachable, unreachable, unreachable, unreachable, unreachable]), {state: 'Open', transitionTime: at(2).toISOString(), failures: 5});
});

test('when the store answers again, one mover goes first, each that succeeds doubles how many may follow, and then all is as before', t => {
	const outage = [unreachable, unreachable, unreachable, answered];
	t.deepEqual(after(outage), {state: 'HalfOpen', transitionTime: at(3).toISOString(), failures: 0, movers: 1});
	t.is(after([...outage, worked()])?.movers, 2);
	t.is(after([...outage, worked(), worked(2)])?.movers, 8);
	t.is(after([...outage, worked(), worked(2), worked()]), undefined);
});

test('a mover that fails while the store is tried out starts the trial anew, and a probe that fails opens the circuit at once', t => {
	const trial = [unreachable, answered, worked(), worked()];
	t.is(after(trial)?.movers, 4);
	t.like(after([...trial, {probe: 'answered', doubted: true}]), {state: 'HalfOpen', movers: 1});
	t.like(after([...trial, unreachable]), {state: 'Open', failures: 1});
});

test('a trial in which nobody has work ends with the next probe', t => {
	t.is(after([unreachable, answered, answered]), undefined);
});

test('a probe that was only asked because of a mover changes nothing when the store is well', t => {
	t.is(after([{probe: 'answered', doubted: true}]), undefined);
	t.is(after([worked(100)]), undefined);
});

test('whatever happens: closed without failures is absent, open means failures, and half open lets somebody in', t => {
	const news = fc.oneof(fc.constant(unreachable), fc.record({probe: fc.constant('answered' as const), doubted: fc.boolean()}), fc.nat(5).map(worked));
	fc.assert(fc.property(fc.array(news, {maxLength: 40}), items => {
		let circuit: Circuit | undefined;
		for (const [minute, item] of items.entries()) {
			const next = planCircuit(circuit, item, at(minute));
			if (item.probe === 'unreachable') t.not(next?.state, 'HalfOpen');
			if (next?.state === 'Closed') t.true(next.failures > 0 && next.failures < 3);
			if (next?.state === 'HalfOpen') t.true((next.movers ?? 0) >= 1);
			if (next?.state === 'Open') t.true(next.failures > 0 && item.probe !== 'answered');
			if (next && next.state === circuit?.state) t.is(next.transitionTime, circuit.transitionTime);
			circuit = next;
		}

		// However long it lasted, the store that is well again is trusted again.
		t.is(after([answered, worked(4)], circuit), undefined);
	}), {numRuns: 300});
});
