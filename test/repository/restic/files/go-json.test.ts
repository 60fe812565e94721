import test from 'ava';
import fc from 'fast-check';
import {cases} from '../../../_cases.ts';
import {anyCharacter} from '../../../_any-character.ts';
import {goJson, goJsonBytes, goJsonString, parseGoJson} from '../../../../src/repository/restic/files/go-json.ts';
import {goGolden} from './_go-golden.ts';

test('raw bytes become the JSON string that Go makes of them', t => {
	for (const {raw, json} of goGolden.texts) t.is(goJsonBytes(Buffer.from(raw, 'base64')), json, raw);
});

test('any string is read back from its JSON by any parser', t => {
	fc.assert(fc.property(fc.string({unit: anyCharacter}), text => t.is(JSON.parse(goJsonString(text)), text)), {numRuns: cases(200)});
});

test('bytes and string agree wherever the bytes are UTF-8', t => {
	fc.assert(fc.property(fc.string({unit: anyCharacter}), text => t.is(goJsonBytes(Buffer.from(text)), goJsonString(text))), {numRuns: 500});
});

test('a lone surrogate, which UTF-8 cannot hold, is replaced', t => {
	t.is(goJsonString('a\ud800b\udc00'), '"a\\ufffdb\\ufffd"');
	t.is(goJsonString('\u{1f600}'), '"\u{1f600}"');
});

test('members keep their order, undefined ones are left out, and text is escaped at every depth', t => {
	t.is(goJson({b: 1, a: ['<', null, undefined, {c: true, d: undefined}], '&': 2n ** 63n}), '{"b":1,"a":["\\u003c",null,null,{"c":true}],"\\u0026":9223372036854775808}');
});

test('integers beyond a double’s precision survive being read and written', t => {
	const text = '{"inode":18446744073709551615,"small":7,"fraction":1.5,"list":[9007199254740993,-9007199254740993],"exponent":1e300}';
	const value = parseGoJson(text) as {inode: bigint; small: number};
	t.is(value.inode, 18446744073709551615n);
	t.is(value.small, 7);
	t.is(goJson(value), text.replace('1e300', '1e+300'));
});
