import test from 'ava';
import {coarse, describePlace, lookAgainMs, placeAtEnd, placesInLine} from '../../../../src/controllers/shared/queue/place-in-line.ts';
import {planTurns} from '../../../../src/controllers/shared/queue/plan-turns.ts';
import type {QueueFacts} from '../../../../src/controllers/shared/queue/plan-turns.ts';
import type {Ticket} from '../../../../src/controllers/shared/queue/ticket.ts';

const ticket = (namespace: string, number: number, repository = 'offsite'): Ticket => ({id: `${namespace}-${number}`, namespace, repository: `${namespace}/${repository}`, urgent: false, order: String(number).padStart(6, '0')});

const placesOf = (facts: QueueFacts) => placesInLine(facts, planTurns(facts));

test('a place is counted among those that the same limit holds back', t => {
	const waiting = [1, 2, 3, 4].map(number => ticket('shop', number)).concat(ticket('web', 5));
	const facts: QueueFacts = {waiting, moving: [], limits: {operator: 3, nodes: () => [], repository: key => (key === 'shop/offsite' ? 1 : undefined)}, lastTurn: () => 0};
	const places = placesOf(facts);
	t.deepEqual(places.get('shop-2'), {scope: 'repository', position: 1, of: 3});
	t.deepEqual(places.get('shop-4'), {scope: 'repository', position: 3, of: 3});
	t.is(places.get('shop-1'), undefined);
	t.is(places.get('web-5'), undefined);
});

test('before the operator\'s own limit, places go by turns among namespaces', t => {
	const waiting = [...[1, 2, 3].map(number => ticket('crowd', number)), ticket('late', 9)];
	const facts: QueueFacts = {waiting, moving: [{namespace: 'crowd', repository: 'crowd/offsite'}], limits: {operator: 1, nodes: () => [], repository: () => undefined}, lastTurn: () => 0};
	const places = placesOf(facts);
	t.deepEqual(['late-9', 'crowd-1', 'crowd-2', 'crowd-3'].map(id => places.get(id)?.position), [1, 2, 3, 4]);
	t.is(places.get('late-9')?.scope, 'operator');
});

test('who has just come is at the end of those held back by the same limit', t => {
	const waiting = [1, 2, 3].map(number => ticket('shop', number));
	const facts: QueueFacts = {waiting, moving: [{namespace: 'shop', repository: 'shop/offsite'}], limits: {nodes: () => [], repository: () => 1}, lastTurn: () => 0};
	t.deepEqual(placeAtEnd(waiting[2]!, facts, planTurns(facts)), {scope: 'repository', position: 3, of: 3});
});

test('places are told exactly at the head only', t => {
	t.is(describePlace({position: 1, of: 1}), '1st of 1');
	t.is(describePlace({position: 2, of: 7}), '2nd of 7');
	t.is(describePlace({position: 3, of: 31}), '3rd of about 30');
	t.is(describePlace({position: 23, of: 347}), 'about 20th of about 300');
	t.is(describePlace({position: 999, of: 5312}), 'about 1000th of about 5000');
});

test('a run that comes from place 5 000 to the head has its place rewritten some forty times, not 5 000', t => {
	const told = new Set(Array.from({length: 5000}, (_, index) => describePlace({position: 5000 - index, of: 5000})));
	t.true(told.size <= 40, `${told.size} different places`);
	t.is(coarse(10), 10);
});

test('a thousand runs that wait are looked at a few times a second in all', t => {
	const passesPerSecond = Array.from({length: 1000}, (_, index) => 1000 / lookAgainMs(index + 1)).reduce((sum, rate) => sum + rate, 0);
	t.true(passesPerSecond < 4, `${passesPerSecond.toFixed(1)} passes a second`);
});
