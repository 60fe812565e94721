import {createCipheriv} from 'node:crypto';
import {NodeCrypto} from './node-crypto.ts';
import {OpenSslCrypto} from './openssl/openssl-crypto.ts';
import {loadOpenSsl} from './openssl/openssl.ts';
import type {OpenSsl} from './openssl/openssl.ts';
import type {MasterKey} from './master-key.ts';
import type {MessageCrypto} from './message-crypto.ts';

/** For bulk: the fastest that is to be had here. Loading OpenSSL's functions costs 5 ms and as many MiB once. */
export function openMessageCrypto(key: MasterKey, windowSize: number): MessageCrypto {
	const openSsl = provenOpenSsl();
	return openSsl ? new OpenSslCrypto(openSsl, key, windowSize) : new NodeCrypto(key, windowSize);
}

let proven: OpenSsl | null | undefined;

/** OpenSSL's functions, once they have done to a sample what node:crypto and our own Poly1305 do. */
function provenOpenSsl(): OpenSsl | undefined {
	proven ??= prove(loadOpenSsl()) ?? null;
	return proven ?? undefined;
}

function prove(openSsl: OpenSsl | undefined): OpenSsl | undefined {
	try {
		return openSsl && areEqual(new OpenSslCrypto(openSsl, sampleKey, 0), new NodeCrypto(sampleKey, 1024)) ? openSsl : undefined;
	} catch {
		return undefined;
	}
}

const sampleKey: MasterKey = {encrypt: Buffer.alloc(32, 1), macK: Buffer.alloc(16, 2), macR: Buffer.alloc(16, 3)};

/** Twice, since what matters is that contexts can be used again, and with a length that is no multiple of a block. */
function areEqual(one: MessageCrypto, other: MessageCrypto): boolean {
	return [1001, 16].every((length, at) => {
		const iv = Buffer.alloc(16, 250 + at);
		const plain = Buffer.from(Array.from({length}, (_, byte) => byte * 7));
		const sealed = [one, other].map(crypto => {
			const bytes = Buffer.from(plain);
			crypto.beginCipher(iv);
			crypto.crypt(bytes.subarray(0, length >> 1), bytes.subarray(0, length >> 1));
			crypto.crypt(bytes.subarray(length >> 1), bytes.subarray(length >> 1));
			const mac = Buffer.alloc(16);
			crypto.beginMac(iv);
			crypto.authenticate(bytes);
			crypto.macInto(mac);
			return Buffer.concat([bytes, mac]);
		});
		return sealed[0]!.equals(sealed[1]!) && sealed[0]!.subarray(0, length).equals(createCipheriv('aes-256-ctr', sampleKey.encrypt, iv).update(plain));
	});
}
