import {createCipheriv} from 'node:crypto';
import test from 'ava';
import {systemRandom} from '../../../../src/base/random.ts';
import {generateMasterKey} from '../../../../src/repository/restic/crypto/master-key.ts';
import {NodeCrypto} from '../../../../src/repository/restic/crypto/node-crypto.ts';
import {openMessageCrypto} from '../../../../src/repository/restic/crypto/open-message-crypto.ts';
import {OpenSslCrypto} from '../../../../src/repository/restic/crypto/openssl/openssl-crypto.ts';
import {loadOpenSsl} from '../../../../src/repository/restic/crypto/openssl/openssl.ts';
import type {MessageCrypto} from '../../../../src/repository/restic/crypto/message-crypto.ts';

const key = generateMasterKey(systemRandom);
const lengths = [0, 1, 15, 16, 17, 63, 64, 65, 1000, 4096, 100_001];

/** Ciphertext and MAC of a message that comes in two pieces. */
function seal(crypto: MessageCrypto, iv: Buffer, plain: Buffer, cut: number): Buffer {
	const sealed = Buffer.alloc(plain.length + 16);
	const text = sealed.subarray(0, plain.length);
	crypto.beginCipher(iv);
	crypto.crypt(plain.subarray(0, cut), text.subarray(0, cut));
	crypto.crypt(plain.subarray(cut), text.subarray(cut));
	crypto.beginMac(iv);
	crypto.authenticate(text.subarray(0, cut));
	crypto.authenticate(text.subarray(cut));
	crypto.macInto(sealed.subarray(plain.length));
	return sealed;
}

test('OpenSSL by itself and node:crypto with WebAssembly seal alike, whatever the length and wherever the message is cut', t => {
	const openSsl = loadOpenSsl();
	if (!openSsl) {
		t.pass('this Node keeps OpenSSL to itself');
		return;
	}
	const [native, node] = [new OpenSslCrypto(openSsl, key, 0), new NodeCrypto(key, 1024)];
	t.true(openMessageCrypto(key, 0) instanceof OpenSslCrypto, 'what passed its trial is used');
	for (const length of lengths) {
		for (const cut of [0, length >> 1, length]) {
			const [iv, plain] = [systemRandom.bytes(16), systemRandom.bytes(length)];
			const sealed = seal(native, iv, plain, cut);
			t.deepEqual(sealed, seal(node, iv, plain, cut), `${length}, cut at ${cut}`);
			t.deepEqual(sealed.subarray(0, length), createCipheriv('aes-256-ctr', key.encrypt, iv).update(plain));
			for (const crypto of [native, node]) {
				crypto.beginMac(iv);
				crypto.authenticate(sealed.subarray(0, length));
				t.true(crypto.isMac(sealed.subarray(length)));
				const other = Buffer.from(sealed.subarray(length));
				other[3]! ^= 1;
				crypto.beginMac(iv);
				crypto.authenticate(sealed.subarray(0, length));
				t.false(crypto.isMac(other));
			}
		}
	}
});

test('OpenSSL is not called with a place that is too small for what it writes', t => {
	const openSsl = loadOpenSsl();
	if (!openSsl) {
		t.pass('this Node keeps OpenSSL to itself');
		return;
	}
	const crypto = new OpenSslCrypto(openSsl, key, 0);
	crypto.beginCipher(Buffer.alloc(16));
	crypto.beginMac(Buffer.alloc(16));
	t.throws(() => crypto.crypt(Buffer.alloc(17), Buffer.alloc(16)), {message: /a place of 16 bytes .* takes 17/});
	t.throws(() => crypto.beginCipher(Buffer.alloc(15)), {message: /takes 16/});
	t.throws(() => crypto.beginMac(Buffer.alloc(15)), {message: /takes 16/});
	t.throws(() => crypto.macInto(Buffer.alloc(15)), {message: /takes 16/});
});
