import test from 'ava';
import fc from 'fast-check';
import {isLazaretteError} from '../../../src/base/errors.ts';
import {parseGoJson} from '../../../src/repository/restic/files/go-json.ts';
import {JsonScanner, parseUnsigned} from '../../../src/repository/restic/json-scanner.ts';
import {JsonValueBuilder} from '../../../src/repository/restic/tree/json-value.ts';
import type {JsonValue} from '../../../src/repository/restic/tree/json-value.ts';

/** Feeds `text` cut at the given places and builds the value again. */
function scan(text: string | Buffer, cuts: number[] = []): JsonValue | undefined {
	const bytes = Buffer.from(text);
	const builder = new JsonValueBuilder();
	const scanner = new JsonScanner(
		{
			beginObject: () => builder.begin('object'),
			endObject: () => builder.end(),
			beginArray: () => builder.begin('array'),
			endArray: () => builder.end(),
			key: (...token) => builder.key(...token),
			string: (...token) => builder.string(...token),
			literal: (...token) => builder.literal(...token),
		},
		'index/ab12',
	);
	let from = 0;
	for (const to of [...cuts.map(cut => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
		// The scanner may keep nothing of a piece: its memory is used again for the next.
		const piece = Buffer.from(bytes.subarray(from, to));
		scanner.push(piece);
		piece.fill(0x58);
		from = to;
	}
	scanner.end();
	return builder.take();
}

const containers = fc.oneof(fc.array(fc.jsonValue({maxDepth: 4}) as fc.Arbitrary<JsonValue>), fc.dictionary(fc.string(), fc.jsonValue({maxDepth: 4}) as fc.Arbitrary<JsonValue>));

test('JSON reads the same however its bytes are cut into pieces', t => {
	fc.assert(
		fc.property(containers, fc.array(fc.nat(), {maxLength: 6}), fc.boolean(), (value, cuts, pretty) => {
			const text = JSON.stringify(value, undefined, pretty ? '\t' : undefined);
			t.deepEqual(scan(text, cuts), parseGoJson(text) as JsonValue);
		}),
		{numRuns: 300},
	);
});

test('a text cut after every single byte reads the same, escapes included', t => {
	const text = String.raw`{"a\"b\\":["\\\"","\u00e9\ud83d\ude00","é😀",-12.5e+3,true,null,{}],"n":18446744073709551615}`;
	t.deepEqual(scan(text, Array.from({length: 200}, (_, at) => at)), {'a"b\\': ['\\"', 'é😀', 'é😀', -12_500, true, null, {}], n: 18_446_744_073_709_551_615n});
});

for (const [text, problem] of [
	['{"a":1', 'index/ab12 ends too early at byte 6'],
	['{"a":"x', 'index/ab12 ends too early at byte 7'],
	['{"a" 1}', 'index/ab12 is not JSON at byte 5'],
	['{"a":1,}', 'index/ab12 is not JSON at byte 7'],
	['[1,]', 'index/ab12 is not JSON at byte 3'],
	['{"a":1]', 'index/ab12 is not JSON at byte 6'],
	['{a:1}', 'index/ab12 is not JSON at byte 1'],
	['[1 2]', 'index/ab12 is not JSON at byte 3'],
	['{} {}', 'index/ab12 is not JSON at byte 3'],
	['', 'index/ab12 ends too early at byte 0'],
	['['.repeat(65), 'index/ab12 nests deeper than 64 levels at byte 64'],
] as const) {
	test(`the text '${text.slice(0, 12)}' is refused with the object's name and the place`, t => {
		const error = t.throws(() => scan(text));
		t.true(isLazaretteError(error, 'RepositoryDamaged'));
		t.is(error?.message, problem);
	});
}

test('numbers in an index are whole, not negative and within their bounds', t => {
	const parse = (text: string, max = 0xffff_ffff): number => parseUnsigned(Buffer.from(text), 0, text.length, max);
	t.is(parse('0'), 0);
	t.is(parse('4294967295'), 4_294_967_295);
	for (const text of ['', '-1', '1.5', '1e3', '4294967296', '99999999999999999999', 'null']) t.is(parse(text), -1, text);
});
