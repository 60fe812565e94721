import {createCipheriv, createSecretKey, timingSafeEqual} from 'node:crypto';
import {Poly1305} from './poly1305.ts';
import {release} from './release.ts';
import type {KeyObject} from 'node:crypto';
import type {MasterKey} from './master-key.ts';

const ivLength = 16;
const macLength = 16;
/** What AES makes of a piece is still in a core's cache when it is used. */
const pieceLength = 64 * 1024;

/** The other half of a Sealer: opens messages where they lie, without memory of its own. One serves one thread. */
export class Opener {
	readonly #encrypt: KeyObject;
	readonly #nonceCipher;
	readonly #mac = new Poly1305();
	/** r ‖ AES-128(k, IV): r stays, the rest changes with every message. */
	readonly #oneTimeKey = Buffer.alloc(32);

	constructor(key: MasterKey) {
		// A cipher made from a key object costs a microsecond, one from bytes eight.
		this.#encrypt = createSecretKey(key.encrypt);
		this.#nonceCipher = createCipheriv('aes-128-ecb', key.macK, null).setAutoPadding(false);
		key.macR.copy(this.#oneTimeKey);
	}

	/** Whether the MAC fits; nothing is decrypted. */
	isAuthentic(sealed: Uint8Array): boolean {
		if (sealed.length < ivLength + macLength) return false;
		const end = sealed.length - macLength;
		this.#nonceCipher.update(sealed.subarray(0, ivLength)).copy(this.#oneTimeKey, macLength);
		this.#mac.begin(this.#oneTimeKey);
		this.#mac.update(sealed.subarray(ivLength, end));
		return timingSafeEqual(this.#mac.finish(), sealed.subarray(end));
	}

	/** Puts the plaintext in the place of the ciphertext and returns it. Says nothing of its MAC. */
	decrypt(sealed: Uint8Array): Uint8Array {
		const text = sealed.subarray(ivLength, sealed.length - macLength);
		const cipher = createCipheriv('aes-256-ctr', this.#encrypt, sealed.subarray(0, ivLength));
		for (let at = 0; at < text.length; at += pieceLength) {
			const plain = cipher.update(text.subarray(at, at + pieceLength));
			text.set(plain, at);
			release(plain);
		}
		return text;
	}
}
