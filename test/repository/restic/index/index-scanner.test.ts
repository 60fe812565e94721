import test from 'ava';
import fc from 'fast-check';
import {isLazaretteError} from '../../../../src/base/errors.ts';
import {idToHex} from '../../../../src/repository/restic/blob-id.ts';
import {IndexScanner} from '../../../../src/repository/restic/index/index-scanner.ts';

type Pack = {id: string; blobs: unknown[]};

function read(json: string, cuts: number[] = []): Pack[] {
	const packs: Pack[] = [];
	const scanner = new IndexScanner(entries => {
		const blobs = Array.from({length: entries.count}, (_, entry) => [
			idToHex(entries.ids, entry * 32).slice(0, 2),
			entries.typeOf(entry),
			entries.offsetOf(entry),
			entries.lengthOf(entry),
			entries.uncompressedOf(entry),
		]);
		packs.push({id: idToHex(entries.packId).slice(0, 2), blobs});
	}, 'index/ab12');
	let from = 0;
	for (const to of [...cuts.map(cut => cut % json.length).sort((a, b) => a - b), json.length]) {
		scanner.push(Buffer.from(json.slice(from, to)));
		from = to;
	}
	scanner.end();
	return packs;
}

const id = (digits: string): string => digits.repeat(32);
const blob = (digits: string, rest: string): string => `{"id":"${id(digits)}",${rest}}`;

const resticIndex = `{"packs":[{"id":"${id('a1')}","blobs":[${blob('b1', '"type":"data","offset":0,"length":40,"uncompressed_length":99')},${blob('b2', '"type":"data","offset":40,"length":132')}]},{"id":"${id('a2')}","blobs":[${blob('c1', '"type":"tree","offset":0,"length":4294967295,"uncompressed_length":4294967295')}]}]}`;
const resticPacks: Pack[] = [
	{id: 'a1', blobs: [['b1', 'data', 0, 40, 99], ['b2', 'data', 40, 132, 0]]},
	{id: 'a2', blobs: [['c1', 'tree', 0, 0xffff_ffff, 0xffff_ffff]]},
];

test('an index of restic is read', t => {
	t.deepEqual(read(resticIndex), resticPacks);
});

test('an index reads the same however its bytes are cut into pieces', t => {
	fc.assert(fc.property(fc.array(fc.nat(), {maxLength: 8}), cuts => void t.deepEqual(read(resticIndex, cuts), resticPacks)));
});

test("rustic's extra members are ignored, and packs it is about to delete are not used", t => {
	const json = `{"supersedes":["${id('ee')}"],"packs":[{"id":"${id('a1')}","time":"2026-01-01T00:00:00Z","size":5,"blobs":[${blob('b1', '"type":"data","offset":0,"length":40,"uncompressed_length":null,"extra":{"id":[1,{"blobs":[]}]}').replace('"uncompressed_length":null,', '')}],"more":[[{"id":"x"}]]}],"packs_to_delete":[{"id":"${id('dd')}","blobs":[${blob('d1', '"type":"data","offset":0,"length":40')}]}]}`;
	t.deepEqual(read(json), [{id: 'a1', blobs: [['b1', 'data', 0, 40, 0]]}]);
});

test('members in any order, line breaks and empty lists are read', t => {
	const json = `{\n "packs": [ {"blobs": [ {"length": 40, "offset": 7, "type": "tree", "id": "${id('b1')}"} ], "id": "${id('a1')}"}, {"id": "${id('a2')}", "blobs": null} ]\n}\n`;
	t.deepEqual(read(json), [{id: 'a1', blobs: [['b1', 'tree', 7, 40, 0]]}, {id: 'a2', blobs: []}]);
	t.deepEqual(read('{"packs":null}'), []);
	t.deepEqual(read('{"packs":[]}'), []);
});

for (const [what, json] of [
	['a pack without an ID', `{"packs":[{"blobs":[]}]}`],
	['a pack with a short ID', `{"packs":[{"id":"abcd","blobs":[]}]}`],
	['a blob of an unknown type', `{"packs":[{"id":"${id('a1')}","blobs":[${blob('b1', '"type":"link","offset":0,"length":40')}]}]}`],
	['a blob with an ID in capitals', `{"packs":[{"id":"${id('a1')}","blobs":[${blob('B1', '"type":"data","offset":0,"length":40')}]}]}`],
	['a blob without an offset', `{"packs":[{"id":"${id('a1')}","blobs":[${blob('b1', '"type":"data","length":40')}]}]}`],
	['a blob shorter than its seal', `{"packs":[{"id":"${id('a1')}","blobs":[${blob('b1', '"type":"data","offset":0,"length":31')}]}]}`],
	['an offset beyond 32 bits', `{"packs":[{"id":"${id('a1')}","blobs":[${blob('b1', '"type":"data","offset":4294967296,"length":40')}]}]}`],
	['blobs that are a number', `{"packs":[{"id":"${id('a1')}","blobs":7}]}`],
	['packs that are an object', `{"packs":{"id":"${id('a1')}"}}`],
	['a list at the top', `[]`],
	['an end too early', resticIndex.slice(0, -1)],
] as const) {
	test(`an index with ${what} is damaged, and the error names the file`, t => {
		const error = t.throws(() => read(json));
		t.true(isLazaretteError(error, 'RepositoryDamaged'));
		t.regex(error?.message ?? '', /^index\/ab12 /);
	});
}

test('a blob means the same however it is written and wherever the file is cut', t => {
	const uint32 = fc.oneof(fc.nat({max: 1000}), fc.nat({max: 0xffff_ffff}));
	const entry = fc.record({digits: fc.constantFrom('b1', 'c2', 'f0'), type: fc.constantFrom('data', 'tree'), offset: uint32, length: uint32.map(length => Math.max(32, length)), uncompressed: fc.oneof(fc.constant(0), uint32)});
	fc.assert(fc.property(fc.array(entry, {maxLength: 30}), fc.array(fc.nat(), {maxLength: 4}), (entries, cuts) => {
		const blobs = entries.map(({digits, type, offset, length, uncompressed}) => ({id: id(digits), type, offset, length, ...(uncompressed > 0 && {uncompressed_length: uncompressed})}));
		const index = {packs: [{id: id('a1'), blobs}]};
		const expected = [{id: 'a1', blobs: entries.map(({digits, type, offset, length, uncompressed}) => [digits, type, offset, length, uncompressed])}];
		t.deepEqual(read(JSON.stringify(index), cuts), expected, 'as restic writes it');
		t.deepEqual(read(JSON.stringify(index, undefined, 1), cuts), expected, 'with spaces');
		t.deepEqual(read(JSON.stringify({packs: [{blobs: blobs.map(({id: blobId, ...rest}) => ({...rest, id: blobId})), id: id('a1')}]}), cuts), expected, 'in another order');
	}), {numRuns: 200});
});

for (const [what, rest] of [
	['a length beyond 32 bits', '"type":"data","offset":0,"length":4294967296'],
	['a length that is too short for a seal', '"type":"data","offset":0,"length":31'],
	['no length', '"type":"data","offset":0,"length":'],
	['an unknown type', '"type":"date","offset":0,"length":40'],
] as const) {
	test(`a blob with ${what} is damage, however quickly it is read`, t => {
		const filler = Array.from({length: 4}, () => blob('b2', '"type":"data","offset":40,"length":132')).join(',');
		const error = t.throws(() => read(`{"packs":[{"id":"${id('a1')}","blobs":[${blob('b1', rest)},${filler}]}]}`));
		t.true(isLazaretteError(error, 'RepositoryDamaged'));
	});
}
