import test from 'ava';
import {isLazaretteError} from '../../../../src/base/errors.ts';
import {NodeEncoder} from '../../../../src/repository/restic/tree/node-encoder.ts';
import {plainFile} from './_nodes.ts';
import type {Node} from '../../../../src/repository/node.ts';
import type {TreeForm} from '../../../../src/repository/restic/tree/node-encoder.ts';

function encode(node: Node, form: TreeForm = 'restic', encoder = new NodeEncoder(form)): string {
	let text = '';
	encoder.write(node, {
		write: part => void (text += part),
		writeIds: ids => void (text += `<${ids.length / 32}>`),
	});
	return text;
}

const times = '"mtime":"2023-11-14T22:13:20Z","atime":"2023-11-14T22:13:20Z","ctime":"2023-11-14T22:13:20.5Z"';

// Compared with what restic 0.19 writes for the same entry; test/oracle proves it for whole trees.
for (const [what, node, expected] of [
	['an empty file', plainFile(), `{"name":"a.txt","type":"file","mode":420,${times},"uid":0,"gid":0,"inode":12,"device_id":65024,"links":1,"content":[]}`],
	[
		'a file with every common member',
		plainFile({user: 'root', group: 'wheel', uid: 1, gid: 2, size: 5, links: 2, mode: 0o6755, content: new Uint8Array(32)}),
		`{"name":"a.txt","type":"file","mode":12583405,${times},"uid":1,"gid":2,"user":"root","group":"wheel","inode":12,"device_id":65024,"size":5,"links":2,"content":[<1>]}`,
	],
	[
		'a directory, whose links and size are never written',
		plainFile({type: 'dir', mode: 0o1777, links: 3, size: 4096, subtree: 'ab'.repeat(32)}),
		`{"name":"a.txt","type":"dir","mode":2148532735,${times},"uid":0,"gid":0,"inode":12,"device_id":65024,"content":null,"subtree":"${'ab'.repeat(32)}"}`,
	],
	[
		'a symlink to a target that is no UTF-8',
		plainFile({type: 'symlink', mode: 0o777, linkTarget: Buffer.from([0x61, 0xff, 0x3c])}),
		String.raw`{"name":"a.txt","type":"symlink","mode":134218239,` + `${times},"uid":0,"gid":0,"inode":12,"device_id":65024,"links":1,"linktarget":"a` + String.raw`\ufffd\u003c","linktarget_raw":"Yf88","content":null}`,
	],
	[
		'a character device',
		plainFile({type: 'chardev', mode: 0o600, device: 259n}),
		`{"name":"a.txt","type":"chardev","mode":69206400,${times},"uid":0,"gid":0,"inode":12,"device_id":65024,"links":1,"device":259,"content":null}`,
	],
	['a pipe, whose links are never written', plainFile({type: 'fifo', mode: 0o600}), `{"name":"a.txt","type":"fifo","mode":33554816,${times},"uid":0,"gid":0,"inode":12,"device_id":65024,"content":null}`],
	[
		'a file with extended attributes, one of them empty',
		plainFile({extendedAttributes: [{name: Buffer.from('user.a'), value: Buffer.from('x')}, {name: Buffer.from('user.b'), value: Buffer.alloc(0)}]}),
		`{"name":"a.txt","type":"file","mode":420,${times},"uid":0,"gid":0,"inode":12,"device_id":65024,"links":1,"extended_attributes":[{"name":"user.a","value":"eA=="},{"name":"user.b","value":""}],"content":[]}`,
	],
	[
		'a name with quotes, a backslash, a line break and bytes that are no UTF-8',
		plainFile({name: Buffer.from([0x22, 0x5c, 0x0a, 0xff])}),
		String.raw`{"name":"\\\"\\\\\\n\\xff","type":"file","mode":420,` + `${times},"uid":0,"gid":0,"inode":12,"device_id":65024,"links":1,"content":[]}`,
	],
	[
		'an inode beyond 2^53',
		plainFile({inode: 2n ** 64n - 1n, deviceId: 2n ** 63n}),
		`{"name":"a.txt","type":"file","mode":420,${times},"uid":0,"gid":0,"inode":18446744073709551615,"device_id":9223372036854775808,"links":1,"content":[]}`,
	],
	[
		"members of other writers, Windows' attributes in restic's place and unknown ones last",
		plainFile({foreign: {later: {b: 1}, generic_attributes: {'windows.file_attributes': 32}}}),
		`{"name":"a.txt","type":"file","mode":420,${times},"uid":0,"gid":0,"inode":12,"device_id":65024,"links":1,"generic_attributes":{"windows.file_attributes":32},"content":[],"later":{"b":1}}`,
	],
] as const) {
	test(`${what} is written as restic writes it`, t => t.is(encode(node), expected));
}

test('the canonical form leaves out the device, so that a volume mounted anew gives the same tree', t => {
	t.is(encode(plainFile({deviceId: 1n}), 'canonical'), encode(plainFile({deviceId: 99n}), 'canonical'));
	t.notRegex(encode(plainFile({type: 'dir', links: 5}), 'canonical'), /device_id/);
});

test('hard links keep inode and a device that counts file systems, in any form: without them restic would link unrelated files', t => {
	const encoder = new NodeEncoder('canonical');
	t.regex(encode(plainFile({links: 2, deviceId: 77n}), 'canonical', encoder), /"inode":12,"device_id":1,/);
	t.regex(encode(plainFile({links: 2, deviceId: 78n}), 'canonical', encoder), /"inode":12,"device_id":2,/);
	t.regex(encode(plainFile({links: 3, deviceId: 77n}), 'canonical', encoder), /"inode":12,"device_id":1,/);
});

for (const [name, why] of [['', 'is empty'], ['.', 'is . or ..'], ['..', 'is . or ..'], ['a/b', 'holds a /'], ['a\0b', 'holds a NUL byte']] as const) {
	test(`the name ${JSON.stringify(name)} is refused`, t => {
		const error = t.throws(() => encode(plainFile({name: Buffer.from(name)})));
		t.true(isLazaretteError(error, 'BadRequest'));
		t.true(error?.message.includes(why));
	});
}
