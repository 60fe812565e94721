import {hash} from 'node:crypto';
import test from 'ava';
import {loadOpenSsl} from '../../../../src/repository/restic/crypto/openssl/openssl.ts';
import {provenSha256Pair, Sha256Pair} from '../../../../src/repository/restic/crypto/openssl/sha256-pair.ts';
import type {OpenSsl} from '../../../../src/repository/restic/crypto/openssl/openssl.ts';

/** Where nothing native is called. */
const addressOnly = {addressOf: () => 4096n} as unknown as OpenSsl;

test('no more is hashed than lies there: not beyond an end, not what was taken already, not memory that was given back', t => {
	let calls = 0;
	const pair = new Sha256Pair(addressOnly, () => void calls++);
	const bytes = new Uint8Array(new ArrayBuffer(1000), 100, 64 * 3 + 63);
	pair.point(0, bytes, 64);
	pair.point(1, bytes, 0);
	t.throws(() => pair.take(3, 1), {instanceOf: RangeError});
	t.throws(() => pair.take(1, 4), {instanceOf: RangeError});
	pair.take(2, 3);
	t.throws(() => pair.take(1, 0), {instanceOf: RangeError});
	bytes.buffer.transfer(0);
	pair.point(0, bytes, 0);
	t.throws(() => pair.take(1, 0), {instanceOf: RangeError});
	t.is(calls, 1);
});

test('functions of that name that do something else are not used', t => {
	t.is(provenSha256Pair({...addressOnly, sha256_multi_block: () => undefined}), undefined);
	t.is(provenSha256Pair({...addressOnly, sha256_multi_block: undefined}), undefined);
});

test('views that begin anywhere in memory, also in memory that threads share, are hashed from where they begin', t => {
	const openSsl = loadOpenSsl();
	const pair = openSsl && provenSha256Pair(openSsl);
	if (!pair) {
		t.pass('this Node keeps OpenSSL to itself');
		return;
	}
	for (const offset of [1, 3, 15, 63, 65]) {
		const memories = [new ArrayBuffer(4096), new SharedArrayBuffer(4096)] as const;
		for (const lane of [0, 1] as const) {
			// A message of 55 bytes and its padding are one block.
			const view = new Uint8Array(memories[lane], offset, 64);
			view.fill(offset + lane);
			view.fill(0, 55);
			view[55] = 0x80;
			new DataView(memories[lane], offset).setUint16(62, 55 * 8);
			pair.begin(lane);
			pair.point(lane, view, 0);
		}
		pair.take(1, 1);
		for (const lane of [0, 1] as const) t.is(Buffer.from(pair.digest(lane)).toString('hex'), hash('sha256', Buffer.alloc(55, offset + lane), 'hex'));
	}
});
