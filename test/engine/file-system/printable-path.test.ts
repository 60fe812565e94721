import test from 'ava';
import fc from 'fast-check';
import {printableName, printablePath} from '../../../src/engine/file-system/printable-path.ts';

const printed: Array<[string | Buffer, string]> = [
	['plain name.txt', 'plain name.txt'],
	['日本 é 👩‍👩‍👧', '日本 é 👩‍👩‍👧'],
	['new\nline', String.raw`new\x0aline`],
	['escape\x1b[31m', String.raw`escape\x1b[31m`],
	['back\\slash', String.raw`back\x5cslash`],
	['right to left \u202e', String.raw`right to left \xe2\x80\xae`],
	['\ufffd', String.raw`\xef\xbf\xbd`],
	[Buffer.from('caf\xe9', 'latin1'), String.raw`caf\xe9`],
	[Buffer.from([0xed, 0xa0, 0x80]), String.raw`\xed\xa0\x80`],
	[Buffer.from([0xc0, 0xae]), String.raw`\xc0\xae`],
	[Buffer.from([0xc3, 0xa9, 0xff]), String.raw`é\xff`],
];
for (const [name, expected] of printed) {
	test(`${JSON.stringify(expected)} is how people see the name`, t => {
		t.is(printableName(Buffer.from(name as string)), expected);
	});
}

test('two different names never print alike', t => {
	const name = fc.uint8Array({minLength: 1, maxLength: 8}).map(raw => Buffer.from(raw));
	fc.assert(fc.property(name, name, (a, b) => {
		t.is(printableName(a) === printableName(b), a.equals(b));
	}), {numRuns: 500});
});

test('a path begins at the root', t => {
	t.is(printablePath([Buffer.from('a'), Buffer.from([0xff])]), String.raw`/a/\xff`);
	t.is(printablePath([]), '/');
});
