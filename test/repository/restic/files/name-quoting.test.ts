import test from 'ava';
import fc from 'fast-check';
import {cases} from '../../../_cases.ts';
import {anyCharacter} from '../../../_any-character.ts';
import {quoteName, unquoteName} from '../../../../src/repository/restic/files/name-quoting.ts';
import {isPrintable} from '../../../../src/repository/restic/files/printable.ts';
import {goGolden} from './_go-golden.ts';

test('every code point is printed as Go prints it', t => {
	const changes = new Set(goGolden.boundaries);
	let expected = false;
	let wrong = 0;
	for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
		if (changes.has(codePoint)) expected = !expected;
		if (isPrintable(codePoint) !== expected) wrong++;
	}

	t.is(goGolden.unicodeVersion, '15.0.0');
	t.is(wrong, 0);
});

test('names are quoted as strconv.Quote does, and come back', t => {
	for (const {raw, quote} of goGolden.texts) {
		const name = Buffer.from(raw, 'base64');
		t.is(quoteName(name), quote, raw);
		t.deepEqual(unquoteName(quote), name, quote);
	}
});

test('what strconv.Unquote refuses is refused, what it accepts means the same', t => {
	for (const {text, raw, ok} of goGolden.unquotes) t.deepEqual(unquoteName(text), ok ? Buffer.from(raw, 'base64') : undefined, text);
});

test('any bytes survive quoting, and a quotation is safe in a line of text', t => {
	fc.assert(
		fc.property(fc.oneof(fc.uint8Array({maxLength: 40}), fc.string({unit: anyCharacter}).map(text => Buffer.from(text))), bytes => {
			const name = Buffer.from(bytes);
			const quote = quoteName(name);
			t.deepEqual(unquoteName(quote), name);
			t.true(quote.isWellFormed());
			t.notRegex(quote, /\p{Cc}/u);
		}),
		{numRuns: cases(200)},
	);
});

test('a text that unquotes gives bytes whose quotation means the same again', t => {
	const piece = fc.constantFrom('\\', '"', 'x', '4', '1', 'u', 'U', '0', 'a', 'é', '\n', 'd8', '377', '😀', '\\x', '\\u00', '\\101');
	fc.assert(
		fc.property(fc.array(piece, {maxLength: 10}), pieces => {
			const name = unquoteName(pieces.join(''));
			if (name) t.deepEqual(unquoteName(quoteName(name)), name);
			else t.regex(pieces.join(''), /["\\\n]/);
		}),
		{numRuns: cases(200)},
	);
});
