import test from 'ava';
import fc from 'fast-check';
import {NameList} from '../../../src/engine/file-system/name-list.ts';

const listOf = (names: Buffer[]): NameList => {
	const list = new NameList();
	for (const name of names) list.add(name, 0, name.length);
	return list;
};

const contents = (list: NameList): string[] => Array.from({length: list.length}, (_, index) => list.at(index).toString('hex'));

test('names come out in the order of their bytes, as the repository stores them', t => {
	const name = fc.uint8Array({minLength: 1, maxLength: 12}).map(raw => Buffer.from(raw));
	const prefixed = name.map(tail => Buffer.concat([Buffer.from('a-long-common-prefix-'), tail]));
	fc.assert(fc.property(fc.array(fc.oneof(name, prefixed), {maxLength: 200}), names => {
		const list = listOf(names);
		list.sort();
		t.deepEqual(contents(list), names.toSorted((a, b) => Buffer.compare(a, b)).map(name => name.toString('hex')));
	}), {numRuns: 300});
});

test('a name that begins another comes first, and bytes above 127 come last', t => {
	const list = listOf(['ab', 'é', 'a', 'b', 'abc', 'z', 'a\x01', '\u{10000}', '\uffff'].map(name => Buffer.from(name)));
	list.sort();
	t.deepEqual(Array.from({length: list.length}, (_, index) => list.at(index).toString()), ['a', 'a\x01', 'ab', 'abc', 'b', 'z', 'é', '\uffff', '\u{10000}']);
});

test('the name that all others of a directory begin with comes first', t => {
	for (const names of [['report', 'report-2'], ['a', 'ab', 'ac'], ['x', 'xa', 'xab', 'xabcd', 'xabcdef']]) {
		for (const given of [names.toReversed(), [...names.slice(1), names[0]!]]) {
			const list = listOf(given.map(name => Buffer.from(name)));
			list.sort();
			t.deepEqual(Array.from({length: list.length}, (_, index) => list.at(index).toString()), names);
		}
	}
});

test('a list is as good as new after it was cleared, however large it had grown', t => {
	const list = listOf(Array.from({length: 20_000}, (_, index) => Buffer.from(`name ${index * 7919}`)));
	list.sort();
	t.is(list.length, 20_000);
	list.clear();
	t.is(list.length, 0);
	list.add(Buffer.from('xby'), 1, 2);
	t.is(list.at(0).toString(), 'b');
});

test('a name keeps its bytes when its list is used for another directory', t => {
	const list = listOf([Buffer.from('kept')]);
	const name = list.at(0);
	list.clear();
	list.add(Buffer.from('other'), 0, 5);
	t.is(name.toString(), 'kept');
});
