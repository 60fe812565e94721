import test from 'ava';
import * as fc from 'fast-check';
import {Store} from '../../../src/kube/cache/store.ts';
import type {Change} from '../../../src/kube/cache/store.ts';
import {keyOfObject} from '../../../src/kube/object.ts';
import type {KubeObject} from '../../../src/kube/object.ts';
import {configMap} from '../_tools.ts';

const byColour = {colour: (object: KubeObject) => (object.metadata.labels?.['colour'] ?? '').split('+').filter(Boolean)};

test('an object is found by every value that an index gives it, and no longer once that changes', t => {
	const store = new Store(byColour);
	store.put(configMap('a', {resourceVersion: '1', labels: {colour: 'red+blue'}}));
	store.put(configMap('b', {resourceVersion: '2', labels: {colour: 'red'}}));
	t.deepEqual(store.byIndex('colour', 'red').map(object => object.metadata.name), ['a', 'b']);
	store.put(configMap('a', {resourceVersion: '3', labels: {colour: 'green'}}));
	t.deepEqual(store.byIndex('colour', 'red').map(object => object.metadata.name), ['b']);
	t.deepEqual(store.byIndex('colour', 'blue'), []);
	store.remove('default/b', '4');
	t.deepEqual(store.byIndex('colour', 'red'), []);
	t.throws(() => store.byIndex('size', 'x'), {message: /no index size/});
});

test('an index that is added later knows what is there already', t => {
	const store = new Store();
	store.put(configMap('a', {resourceVersion: '1', labels: {colour: 'red'}}));
	store.addIndexes(byColour);
	t.is(store.byIndex('colour', 'red').length, 1);
	t.throws(() => store.addIndexes(byColour), {message: /already/});
});

test('an older version never replaces a newer one, and an older removal never removes it', t => {
	const store = new Store();
	const changes: Change[] = [];
	store.subscribe(change => changes.push(change));
	store.put(configMap('a', {resourceVersion: '10'}));
	store.put(configMap('a', {resourceVersion: '9'}));
	store.put(configMap('a', {resourceVersion: '10'}));
	store.remove('default/a', '9');
	t.is(store.get('default/a')?.metadata.resourceVersion, '10');
	t.is(changes.length, 1);
	store.remove('default/a', '11');
	t.is(store.size, 0);
	t.is(changes.at(-1)!.object, undefined);
});

const versionsOf = (objects: readonly KubeObject[]): number[] => objects.map(object => Number(object.metadata.resourceVersion)).toSorted((left, right) => left - right);

/** A history as the server has it, told to the store twice and in two orders, as the watch and the answers to our own writes do. */
test('whatever the order in which the watch and our own writes tell of versions, the newest one wins and is announced once', t => {
	const versions = fc.uniqueArray(fc.integer({min: 1, max: 200}), {minLength: 1, maxLength: 12});
	fc.assert(
		fc.property(versions, fc.infiniteStream(fc.boolean()), (numbers, coin) => {
			const history = numbers.toSorted((left, right) => left - right).map(number => configMap('a', {resourceVersion: String(number)}));
			const store = new Store();
			const announced: string[] = [];
			store.subscribe(({object}) => announced.push(object!.metadata.resourceVersion!));
			const own = history.filter(() => coin.next().value);
			const watch = [...history];
			while (own.length > 0 || watch.length > 0) {
				const from = own.length > 0 && (watch.length === 0 || coin.next().value) ? own : watch;
				store.put(from.shift()!);
			}

			t.is(store.get('default/a'), history.at(-1));
			t.is(new Set(announced).size, announced.length);
			t.deepEqual(announced, announced.toSorted((left, right) => Number(left) - Number(right)));
		}),
		{numRuns: 100},
	);
});

test('indexes always agree with a search through all objects', t => {
	const object = fc.record({name: fc.constantFrom('a', 'b', 'c'), colour: fc.constantFrom('', 'red', 'blue', 'red+blue'), keep: fc.boolean()});
	fc.assert(
		fc.property(fc.array(object, {maxLength: 30}), script => {
			const store = new Store(byColour);
			for (const [index, {name, colour, keep}] of script.entries()) {
				const next = configMap(name, {resourceVersion: String(index + 1), labels: {colour}});
				if (keep) store.put(next);
				else store.remove(keyOfObject(next), String(index + 1));
			}

			for (const colour of ['red', 'blue']) {
				const searched = [...store.list()].filter(candidate => byColour.colour(candidate).includes(colour));
				t.deepEqual(versionsOf(store.byIndex('colour', colour)), versionsOf(searched));
			}
		}),
		{numRuns: 100},
	);
});
