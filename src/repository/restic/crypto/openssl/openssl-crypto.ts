import {LazaretteError} from '../../../../base/errors.ts';
import {timingSafeEqual} from 'node:crypto';
import type {MasterKey} from '../master-key.ts';
import type {MessageCrypto} from '../message-crypto.ts';
import type {OpenSsl, Pointer} from './openssl.ts';

const macLength = 16;
const blockLength = 16;

/** Native memory of what was collected. That of a thread which ends first, some kilobytes, stays until the process does. */
const abandoned = new FinalizationRegistry<() => void>(free => free());

/** Through OpenSSL's own functions, whose contexts last: node:crypto makes a cipher for each message and memory for each output, and has no Poly1305. */
export class OpenSslCrypto implements MessageCrypto {
	readonly window: Uint8Array;
	readonly #openSsl: OpenSsl;
	readonly #mac: Pointer;
	readonly #nonceCipher: Pointer;
	readonly #cipher: Pointer;
	/** r ‖ AES-128(k, IV): r stays, the rest changes with every message. */
	readonly #oneTimeKey = Buffer.alloc(32);
	readonly #encryptedNonce = this.#oneTimeKey.subarray(16);
	readonly #tag = Buffer.alloc(macLength);
	readonly #written = new Uint8Array(8);

	/** @throws LazaretteError `Unexpected` when OpenSSL refuses one of the algorithms */
	constructor(openSsl: OpenSsl, {encrypt, macK, macR}: MasterKey, windowSize: number) {
		this.#openSsl = openSsl;
		this.window = new Uint8Array(windowSize);
		macR.copy(this.#oneTimeKey);
		const {EVP_MAC_CTX_new, EVP_CIPHER_CTX_new, EVP_EncryptInit_ex, EVP_CIPHER_CTX_set_padding} = openSsl;
		this.#mac = this.#keep(EVP_MAC_CTX_new(poly1305(openSsl)), openSsl.EVP_MAC_CTX_free);
		this.#nonceCipher = this.#keep(EVP_CIPHER_CTX_new(), openSsl.EVP_CIPHER_CTX_free);
		this.#cipher = this.#keep(EVP_CIPHER_CTX_new(), openSsl.EVP_CIPHER_CTX_free);
		succeed(EVP_EncryptInit_ex(this.#nonceCipher, openSsl.EVP_aes_128_ecb(), null, bytesOf(macK, 16), null));
		succeed(EVP_CIPHER_CTX_set_padding(this.#nonceCipher, 0));
		succeed(EVP_EncryptInit_ex(this.#cipher, openSsl.EVP_aes_256_ctr(), null, bytesOf(encrypt, 32), new Uint8Array(blockLength)));
	}

	beginCipher(iv: Uint8Array): void {
		succeed(this.#openSsl.EVP_EncryptInit_ex(this.#cipher, null, null, null, bytesOf(iv, blockLength)));
	}

	crypt(from: Uint8Array, into: Uint8Array): void {
		if (from.length > 0) succeed(this.#openSsl.EVP_EncryptUpdate(this.#cipher, bytesOf(into, from.length), this.#written, from, from.length));
	}

	beginMac(iv: Uint8Array): void {
		const {EVP_EncryptUpdate, EVP_MAC_init} = this.#openSsl;
		succeed(EVP_EncryptUpdate(this.#nonceCipher, this.#encryptedNonce, this.#written, bytesOf(iv, blockLength), blockLength));
		succeed(EVP_MAC_init(this.#mac, this.#oneTimeKey, this.#oneTimeKey.length, null));
	}

	authenticate(bytes: Uint8Array): void {
		if (bytes.length > 0) succeed(this.#openSsl.EVP_MAC_update(this.#mac, bytes, bytes.length));
	}

	macInto(out: Uint8Array): void {
		succeed(this.#openSsl.EVP_MAC_final(this.#mac, bytesOf(out, macLength), this.#written, macLength));
	}

	isMac(expected: Uint8Array): boolean {
		this.macInto(this.#tag);
		return expected.length === macLength && timingSafeEqual(this.#tag, expected);
	}

	#keep(context: Pointer | null, free: (context: Pointer) => void): Pointer {
		if (context === null) throw refused();
		abandoned.register(this, () => free(context));
		return context;
	}
}

/** Of each thread, once: OpenSSL counts who has fetched it, and nobody gives it back. */
let fetched: Pointer | undefined;

function poly1305({EVP_MAC_fetch}: OpenSsl): Pointer {
	fetched ??= EVP_MAC_fetch(null, 'POLY1305', null) ?? undefined;
	if (fetched === undefined) throw refused();
	return fetched;
}

/** What C reads or writes `length` bytes of has to have them. */
function bytesOf(bytes: Uint8Array, length: number): Uint8Array {
	if (bytes.length !== length) throw new LazaretteError('Unexpected', `a place of ${bytes.length} bytes was given to OpenSSL where it takes ${length}`);
	return bytes;
}

function succeed(result: number): void {
	if (result !== 1) throw refused();
}

const refused = (): LazaretteError => new LazaretteError('Unexpected', 'OpenSSL refuses AES or Poly1305', {hint: 'nothing was decrypted or written; run a Node.js that is not limited to other algorithms'});
