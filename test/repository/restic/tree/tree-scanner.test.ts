import test from 'ava';
import fc from 'fast-check';
import {isLazaretteError} from '../../../../src/base/errors.ts';
import {TreeScanner} from '../../../../src/repository/restic/tree/tree-scanner.ts';
import {encodeTree as encode} from './_encode-tree.ts';
import {anyDirectory, plainFile} from './_nodes.ts';
import type {Node} from '../../../../src/repository/node.ts';

function decode(tree: Buffer | string, cuts: number[] = []): Node[] {
	const bytes = Buffer.from(tree);
	const scanner = new TreeScanner('tree ab12');
	const nodes: Node[] = [];
	let from = 0;
	for (const to of [...cuts.map(cut => cut % bytes.length).sort((a, b) => a - b), bytes.length]) {
		const piece = Buffer.from(bytes.subarray(from, to));
		nodes.push(...scanner.push(piece));
		piece.fill(0x58);
		from = to;
	}
	scanner.end();
	return nodes;
}

test('what was written to a tree is read from it, however its bytes are cut into pieces', t => {
	fc.assert(
		fc.property(anyDirectory, fc.array(fc.nat(), {maxLength: 8}), (nodes, cuts) => {
			t.deepEqual(decode(encode(nodes), cuts), nodes);
		}),
		{numRuns: 300},
	);
});

const wrap = (...members: string[]): string => `{"nodes":[{${members.join(',')}}]}\n`;
const name = '"name":"x"';
const file = '"type":"file"';

test('a node of an old or foreign writer with few members is read', t => {
	const [node] = decode(wrap(name, file, '"content":null', '"user":null', '"atime":"2020-01-01T00:00:00+02:00"', '"mtime":"2020-01-01T00:00:00+02:00"'));
	t.is(node?.mtimeNs, 1_577_829_600_000_000_000n);
	t.is(node?.ctimeNs, 0n);
	t.deepEqual(node?.content, new Uint8Array(0));
	t.false('user' in node!);
});

test('unknown members are kept, with integers that JavaScript can not hold', t => {
	const [node] = decode(wrap(name, file, '"error":"e"', '"a":[1,{"b":null}]', '"n":18446744073709551615', '"__proto__":{"x":1}'));
	t.deepEqual(Object.entries(node?.foreign ?? {}), [['error', 'e'], ['a', [1, {b: null}]], ['n', 18_446_744_073_709_551_615n], ['__proto__', {x: 1}]]);
});

test('members beside the list of nodes are ignored', t => {
	t.is(decode(`{"v":{"nodes":[1]},"nodes":[{${name},${file}}],"w":[[]],"x":"nodes"}`).length, 1);
});

test('raw bytes of a link target win over its readable form, in either order', t => {
	for (const members of [['"linktarget":"a"', '"linktarget_raw":"/w=="'], ['"linktarget_raw":"/w=="', '"linktarget":"a"']]) {
		t.deepEqual(decode(wrap(name, '"type":"symlink"', ...members))[0]?.linkTarget, Buffer.of(0xff));
	}
});

for (const [what, tree, message] of [
	['leads out of its directory', wrap(String.raw`"name":".."`, file), /name that is \. or \.\./],
	['holds a slash', wrap('"name":"a/b"', file), /name that holds a \//],
	['hides a slash in an escape', wrap(String.raw`"name":"\\x2f"`, file), /name that holds a \//],
	['hides a NUL byte in an escape', wrap(String.raw`"name":"\\x00"`, file), /name that holds a NUL/],
	['is empty', wrap('"name":""', file), /name that is empty/],
	['is missing', wrap(file), /name that is empty/],
	['has an escape that Go does not know', wrap(String.raw`"name":"\\q"`, file), /name with invalid escapes/],
	['has an escape that JSON does not know', wrap(String.raw`"name":"\q"`, file), /text with invalid escapes/],
	['belongs to an unknown type', wrap(name, '"type":"door"'), /"x" has the unknown type "door"/],
	['has an invalid time', wrap(name, file, '"mtime":"yesterday"'), /"x" has the invalid time "yesterday"/],
	['has a negative size', wrap(name, file, '"size":-1'), /"x" has the invalid size -1/],
	['has an inode that is text', wrap(name, file, '"inode":"1"'), /"x" has a text as inode/],
	['has content that is no ID', wrap(name, file, '"content":["abc"]'), /"x" has an invalid ID in its content/],
	['has content that is a number', wrap(name, file, '"content":[1]'), /number where a node or an ID belongs/],
	['has attributes that are no list', wrap(name, file, '"extended_attributes":{"a":1}'), /"x" has no list as extended_attributes/],
	['has an attribute without value', wrap(name, file, '"extended_attributes":[{"name":"a"}]'), /extended attribute without name or value/],
	['has a subtree that is no ID', wrap(name, '"type":"dir"', '"subtree":"ab"'), /"x" has an invalid subtree ID/],
	['ends too early', wrap(name, file).slice(0, -3), /ends too early/],
	['is followed by more', `${wrap(name, file)}{}`, /is not JSON/],
] as const) {
	test(`a node whose entry ${what} is damage, and the error names the tree`, t => {
		const error = t.throws(() => decode(tree));
		t.true(isLazaretteError(error, 'RepositoryDamaged'), error?.stack);
		t.regex(error?.message ?? '', message);
		t.regex(error?.message ?? '', /^tree ab12/);
	});
}

test('a file of ten thousand pieces keeps its content as bytes', t => {
	const content = new Uint8Array(10_000 * 32).map((_, at) => at % 251);
	t.deepEqual(decode(encode([plainFile({content, size: 1})]), [100_000, 300_000])[0]?.content, content);
});
