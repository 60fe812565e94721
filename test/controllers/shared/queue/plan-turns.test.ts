import test from 'ava';
import * as fc from 'fast-check';
import {moverLoad} from '../../../../src/controllers/shared/queue/mover-load.ts';
import type {Limits, Moving} from '../../../../src/controllers/shared/queue/mover-load.ts';
import {planTurns} from '../../../../src/controllers/shared/queue/plan-turns.ts';
import type {QueueFacts} from '../../../../src/controllers/shared/queue/plan-turns.ts';
import type {Ticket} from '../../../../src/controllers/shared/queue/ticket.ts';

const ticket = (namespace: string, number: number, rest: Partial<Ticket> = {}): Ticket => ({
	id: `${namespace}-${number}`,
	namespace,
	repository: `${namespace}/offsite`,
	urgent: false,
	order: String(number).padStart(6, '0'),
	...rest,
});

const noLimits: Limits = {nodes: () => ['node-1', 'node-2'], repository: () => undefined};
const facts = (waiting: Ticket[], limits: Partial<Limits>, rest: Partial<QueueFacts> = {}): QueueFacts => ({waiting, moving: [], limits: {...noLimits, ...limits}, lastTurn: () => 0, ...rest});
const turnsOf = (given: QueueFacts): string[] => [...planTurns(given)];

test('without limits everybody may start', t => {
	const waiting = [ticket('shop', 1), ticket('shop', 2), ticket('web', 1)];
	t.deepEqual(turnsOf(facts(waiting, {})).toSorted(), ['shop-1', 'shop-2', 'web-1']);
});

test('the oldest run of a repository goes first, however the runs are listed', t => {
	const waiting = [ticket('shop', 3), ticket('shop', 1), ticket('shop', 2)];
	t.deepEqual(turnsOf(facts(waiting, {repository: () => 2})), ['shop-1', 'shop-2']);
	t.deepEqual(turnsOf(facts(waiting.toReversed(), {repository: () => 2})), ['shop-1', 'shop-2']);
});

test('a namespace with a thousand runs delays the one run of another by no more than one mover', t => {
	const crowd = Array.from({length: 1000}, (_, index) => ticket('crowd', index));
	const waiting = [...crowd, ticket('late', 999_999)];
	t.deepEqual(turnsOf(facts(waiting, {operator: 2})), ['crowd-0', 'late-999999']);

	const moving: Moving[] = [{namespace: 'crowd', repository: 'crowd/offsite'}];
	t.deepEqual(turnsOf(facts(waiting, {operator: 2}, {moving})), ['late-999999']);
	t.deepEqual(turnsOf(facts(waiting, {operator: 1}, {lastTurn: name => (name === 'crowd' ? 5 : 0)})), ['late-999999']);
});

test('repositories of a namespace take turns as namespaces do', t => {
	const waiting = [1, 2, 3].map(number => ticket('shop', number, {repository: 'shop/big'})).concat(ticket('shop', 9, {repository: 'shop/small'}));
	t.deepEqual(turnsOf(facts(waiting, {namespace: 2})), ['shop-1', 'shop-9']);
});

test('a restore goes before the backups of its repository', t => {
	t.deepEqual(turnsOf(facts([ticket('shop', 1), ticket('shop', 2, {urgent: true})], {repository: () => 1})), ['shop-2']);
});

test('a repository that is full holds up no other', t => {
	const waiting = [ticket('shop', 1), ticket('shop', 2, {repository: 'shop/local'}), ticket('web', 3)];
	t.deepEqual(turnsOf(facts(waiting, {repository: key => (key === 'shop/offsite' ? 0 : undefined)})).toSorted(), ['shop-2', 'web-3']);
});

test('a node that is full holds up only what can run nowhere else', t => {
	const moving: Moving[] = [{namespace: 'web', repository: 'web/offsite', node: 'node-1'}];
	const waiting = [ticket('shop', 1, {node: 'node-1'}), ticket('shop', 2, {node: 'node-2'})];
	t.deepEqual(turnsOf(facts(waiting, {node: 1}, {moving})), ['shop-2']);
	t.deepEqual(moverLoad(moving, {...noLimits, node: 1}).fullNodes(), ['node-1']);
});

test('a mover that no scheduler has placed yet counts on every node, so that none gets one too many', t => {
	const moving: Moving[] = [{namespace: 'web', repository: 'web/offsite'}];
	t.deepEqual(turnsOf(facts([ticket('shop', 1, {node: 'node-1'}), ticket('shop', 2)], {node: 1}, {moving})), []);
	t.deepEqual(turnsOf(facts([ticket('shop', 1), ticket('shop', 2)], {node: 2}, {moving})), ['shop-1']);
});

const names = ['a', 'b', 'c', 'd'];
const someLimit = fc.option(fc.integer({min: 1, max: 4}), {nil: undefined});
const scene = fc.record({
	tickets: fc.uniqueArray(fc.record({namespace: fc.constantFrom(...names), number: fc.nat(60), repository: fc.constantFrom('x', 'y'), node: fc.option(fc.constantFrom('node-1', 'node-2'), {nil: undefined}), urgent: fc.boolean()}), {selector: ({namespace, number}) => `${namespace}-${number}`, maxLength: 40}),
	operator: someLimit,
	namespace: someLimit,
	node: someLimit,
	repository: someLimit,
	running: fc.integer({min: 1, max: 3}),
});
type Scene = typeof scene extends fc.Arbitrary<infer Value> ? Value : never;

const ticketsOf = ({tickets}: Scene): Ticket[] => tickets.map(({namespace, number, repository, node, urgent}) => ticket(namespace, number, {repository: `${namespace}/${repository}`, urgent, ...(node && {node})}));
const limitsOf = ({operator, namespace, node, repository}: Scene): Limits => ({...noLimits, operator, namespace, node, repository: () => repository});

const most = (moving: readonly Moving[], of: (mover: Moving) => string | undefined): number => Math.max(0, ...[...Map.groupBy(moving.filter(mover => of(mover) !== undefined), of).values()].map(({length}) => length));

test('no limit is ever exceeded, whoever waits and whatever runs, and no place is left free that somebody could take', t => {
	fc.assert(fc.property(scene, given => {
		const limits = limitsOf(given);
		const waiting = ticketsOf(given);
		const turns = planTurns({waiting, moving: [], limits, lastTurn: () => 0});
		const moving = waiting.filter(({id}) => turns.has(id));
		t.true(moving.length <= (limits.operator ?? Infinity));
		t.true(most(moving, ({namespace}) => namespace) <= (limits.namespace ?? Infinity));
		t.true(most(moving, ({repository}) => repository) <= (given.repository ?? Infinity));

		const load = moverLoad(moving, limits);
		t.deepEqual(waiting.filter(candidate => !turns.has(candidate.id) && load.admits(candidate)), []);
	}), {numRuns: 300});
});

test('no node gets more movers than it may, wherever a scheduler puts those that may run anywhere', t => {
	fc.assert(fc.property(scene, given => {
		const limits = {...limitsOf(given), node: given.running};
		// As passes take their turns, one after another, with only what has been started before in view.
		const started: Array<Ticket & {avoids: string[]}> = [];
		for (const candidate of ticketsOf(given)) {
			const load = moverLoad(started, limits);
			if (planTurns({waiting: [candidate], moving: started, limits, lastTurn: () => 0}).has(candidate.id)) started.push({...candidate, avoids: candidate.node ? [] : load.fullNodes()});
		}

		for (const node of ['node-1', 'node-2']) {
			const there = started.filter(mover => (mover.node === undefined ? !mover.avoids.includes(node) : mover.node === node));
			t.true(there.length <= given.running, `${there.length} on ${node}`);
		}
	}), {numRuns: 300});
});

test('the same facts lead to the same turns, in whatever order they are listed', t => {
	fc.assert(fc.property(scene, fc.array(fc.nat()), (given, shuffle) => {
		const waiting = ticketsOf(given);
		const shuffled = waiting.map((item, index) => ({item, key: shuffle[index % Math.max(1, shuffle.length)] ?? index})).toSorted((left, right) => left.key - right.key).map(({item}) => item);
		const lastTurn = (name: string): number => name.length;
		t.deepEqual(turnsOf({waiting, moving: [], limits: limitsOf(given), lastTurn}), turnsOf({waiting: shuffled, moving: [], limits: limitsOf(given), lastTurn}));
	}), {numRuns: 200});
});

test('nobody starves: while others keep coming, everybody who waits gets a turn, and namespaces get theirs by turns', t => {
	fc.assert(fc.property(scene, given => {
		const limits = {...limitsOf(given), operator: given.running, node: undefined};
		const first = ticketsOf(given).map(({node: _node, ...rest}) => ({...rest, urgent: false}));
		const waiting = new Map(first.map(item => [item.id, item]));
		const lastTurns = new Map<string, number>();
		let moving: Ticket[] = [];
		let newcomer = 1000;
		// Each waiter has at most the others before it, and each namespace sends a newcomer for each turn.
		const enough = (first.length + 2) * (names.length + 1) * 2;
		let time = 0;
		for (; time < enough && first.some(({id}) => waiting.has(id)); time++) {
			moving = moving.slice(1);
			for (const namespace of names) {
				const next = ticket(namespace, newcomer++, {repository: `${namespace}/x`});
				waiting.set(next.id, next);
			}

			const turns = planTurns({waiting: [...waiting.values()], moving, limits, lastTurn: name => lastTurns.get(name) ?? 0});
			for (const id of turns) {
				const started = waiting.get(id)!;
				waiting.delete(id);
				moving.push(started);
				for (const name of [started.namespace, started.repository]) lastTurns.set(name, time + 1);
			}
		}

		t.deepEqual(first.filter(({id}) => waiting.has(id)).map(({id}) => id), [], `after ${time} turns`);
	}), {numRuns: 60});
});
