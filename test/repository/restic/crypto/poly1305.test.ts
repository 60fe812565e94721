import test from 'ava';
import fc from 'fast-check';
import {createCipheriv} from 'node:crypto';
import {Poly1305} from '../../../../src/repository/restic/crypto/poly1305.ts';
import {openSealingMemory} from '../../../../src/repository/restic/crypto/sealing-memory.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

const tagOf = (key: Uint8Array, ...pieces: Uint8Array[]): string => {
	const mac = new Poly1305();
	mac.begin(key);
	for (const piece of pieces) mac.update(piece);
	return mac.finish().toString('hex');
};

// D. J. Bernstein, "The Poly1305-AES message-authentication code", 2005, appendix B.
const published = [
	{m: 'f3f6', r: '851fc40c3467ac0be05cc20404f3f700', k: 'ec074c835580741701425b623235add6', n: 'fb447350c4e868c52ac3275cf9d4327e', tag: 'f4c633c3044fc145f84f335cb81953de'},
	{m: '', r: 'a0f3080000f46400d0c7e9076c834403', k: '75deaa25c09f208e1dc4ce6b5cad3fbf', n: '61ee09218d29b0aaed7e154a2c5509cc', tag: 'dd3fab2251f11ac759f0887129cc2ee7'},
	{
		m: '663cea190ffb83d89593f3f476b6bc24d7e679107ea26adb8caf6652d0656136',
		r: '48443d0bb0d21109c89a100b5ce2c208',
		k: '6acb5f61a7176dd320c5c1eb2edcdc74',
		n: 'ae212a55399729595dea458bc621ff0e',
		tag: '0ee1c16bb73f0f4fd19881753c01cdbe',
	},
	{
		m: 'ab0812724a7f1e342742cbed374d94d136c6b8795d45b3819830f2c04491faf0990c62e48b8018b2c3e4a0fa3134cb67fa83e158c994d961c4cb21095c1bf9',
		r: '12976a08c4426d0ce8a82407c4f48207',
		k: 'e1a5668a4d5b66a5f68cc5424ed5982d',
		n: '9ae831e743978d3a23527c7128149e3a',
		tag: '5154ad0d2cb26e01274fc51148491f1b',
	},
];

for (const [index, {m, r, k, n, tag}] of published.entries()) {
	test(`the published Poly1305-AES example ${index + 1} gives the published tag`, t => {
		const nonce = createCipheriv('aes-128-ecb', hex(k), null).setAutoPadding(false).update(hex(n));
		t.is(tagOf(Buffer.concat([hex(r), nonce]), hex(m)), tag);
	});
}

test('the tag is the one of arithmetic modulo 2^130 - 5, for any key and message however it is split', t => {
	const bytes = (minLength: number, maxLength: number) => fc.uint8Array({minLength, maxLength});
	fc.assert(
		fc.property(bytes(32, 32), fc.array(bytes(0, 100), {maxLength: 8}), (key, pieces) => {
			t.is(tagOf(key, ...pieces), reference(key, Buffer.concat(pieces)));
		}),
		{numRuns: 300},
	);
});

test('the tag is right where carries run furthest', t => {
	const ones = Buffer.alloc(32, 0xff);
	for (const length of [15, 16, 17, 31, 32, 33, 48, 64, 1024]) {
		for (const fill of [0x00, 0xfe, 0xff]) t.is(tagOf(ones, Buffer.alloc(length, fill)), reference(ones, Buffer.alloc(length, fill)), `${length} × ${fill}`);
	}

	// h ends between 2^130 - 5 and 2^130 - 1, so that the final reduction has to act.
	const key = Buffer.alloc(32);
	key[0] = 2;
	const message = Buffer.alloc(16, 0xff);
	t.is(tagOf(key, message), reference(key, message));
});

test('a message longer than the window, and one that lies in it, are taken alike', t => {
	const key = Buffer.alloc(32, 7);
	const message = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(100_001));
	const expected = reference(key, message);
	t.is(tagOf(key, message), expected);

	const memory = openSealingMemory();
	const mac = new Poly1305(memory);
	mac.begin(key);
	for (let at = 0; at < message.length; at += memory.data.length) {
		const piece = message.subarray(at, at + memory.data.length);
		memory.data.set(piece);
		mac.updateInPlace(0, piece.length);
	}

	t.is(mac.finish().toString('hex'), expected);
});

/** The definition, in whole numbers. */
function reference(key: Uint8Array, message: Uint8Array): string {
	const number = (bytes: Uint8Array): bigint => BigInt(`0x0${Buffer.from(bytes).reverse().toString('hex')}`);
	const r = number(key.subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn;
	const p = (1n << 130n) - 5n;
	let h = 0n;
	for (let at = 0; at < message.length; at += 16) {
		const block = message.subarray(at, at + 16);
		h = ((h + number(block) + (1n << BigInt(8 * block.length))) * r) % p;
	}

	const tag = BigInt.asUintN(128, h + number(key.subarray(16)));
	return Buffer.from(tag.toString(16).padStart(32, '0'), 'hex').reverse().toString('hex');
}
