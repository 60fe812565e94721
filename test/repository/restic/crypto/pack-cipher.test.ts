import test from 'ava';
import {generateMasterKey} from '../../../../src/repository/restic/crypto/master-key.ts';
import {Sealer} from '../../../../src/repository/restic/crypto/sealer.ts';
import {seededRandom} from './_seeded-random.ts';
import type {Random} from '../../../../src/base/random.ts';

const random = seededRandom(3);
const key = generateMasterKey(random);
const windowSize = 300_000;

/** Seals messages one behind the other; each comes in pieces of `piece` bytes. */
function sealAll(messages: Uint8Array[], {ivs = random, piece = 1_000_000, packs = 1}: {ivs?: Random; piece?: number; packs?: number} = {}): Buffer[] {
	const cipher = new Sealer(key, ivs).packCipher(windowSize);
	return messages.map((plain, number) => {
		if (packs > 1 && number % packs === 0) cipher.nextPack();
		cipher.begin(0);
		for (let at = 0; at < plain.length; at += piece) cipher.update(plain.subarray(at, at + piece), 16 + at);
		cipher.final(16 + plain.length);
		return Buffer.from(cipher.window.subarray(0, plain.length + 32));
	});
}

const messages = [0, 1, 15, 16, 17, 1000, 32_768, 32_769, 100_000, 0, 5].map(length => random.bytes(length));
const ivOf = (sealed: Buffer): bigint => BigInt(`0x${sealed.subarray(0, 16).toString('hex')}`);

test('messages of one pack open like any others, in whatever pieces they came', t => {
	const sealer = new Sealer(key, random);
	for (const piece of [1_000_000, 7, 4096]) {
		for (const [number, sealed] of sealAll(messages, {piece}).entries()) t.true(sealer.open(sealed, 'x').equals(messages[number]!), `message ${number} in pieces of ${piece}`);
	}
});

test('no block of the keystream serves two messages: each IV is the block after the last message’s end', t => {
	const sealed = sealAll(messages);
	for (let number = 1; number < sealed.length; number++) t.is(ivOf(sealed[number]!) - ivOf(sealed[number - 1]!), BigInt(Math.ceil(messages[number - 1]!.length / 16)), `message ${number}`);
});

test('the IVs of a pack carry over all 128 bits', t => {
	const start = 'ffffffffffffffff'.padStart(32, '0');
	const ivs: Random = {...random, bytes: length => Buffer.alloc(length, Buffer.from(start, 'hex'))};
	const sealed = sealAll([random.bytes(100), random.bytes(40)], {ivs});
	t.is(ivOf(sealed[1]!), BigInt(`0x${start}`) + 7n);
	t.is(new Sealer(key, random).open(sealed[1]!, 'x').length, 40);
});

test('another pack begins somewhere else', t => {
	const ivs = sealAll(messages, {packs: 4}).map(ivOf);
	const distances = ivs.slice(1).map((iv, number) => iv - ivs[number]!);
	t.is(distances.filter(distance => distance < 0n || distance > 100_000n).length, 2);
});
