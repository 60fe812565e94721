import {timingSafeEqual} from 'node:crypto';
import {MessageKeys} from './message-keys.ts';
import {Poly1305} from './poly1305.ts';
import {release} from './release.ts';
import type {MasterKey} from './master-key.ts';

const ivLength = 16;
const macLength = 16;
/** What AES makes of a piece is still in a core's cache when it is used. */
const pieceLength = 64 * 1024;

/** The other half of a Sealer: opens messages where they lie, without memory of its own. One serves one thread. */
export class Opener {
	readonly #keys: MessageKeys;
	readonly #mac = new Poly1305();

	constructor(key: MasterKey) {
		this.#keys = new MessageKeys(key);
	}

	/** Whether the MAC fits; nothing is decrypted. */
	isAuthentic(sealed: Uint8Array): boolean {
		if (sealed.length < ivLength + macLength) return false;
		const end = sealed.length - macLength;
		this.#mac.begin(this.#keys.macKey(sealed.subarray(0, ivLength)));
		this.#mac.update(sealed.subarray(ivLength, end));
		return timingSafeEqual(this.#mac.finish(), sealed.subarray(end));
	}

	/** Puts the plaintext in the place of the ciphertext and returns it. Says nothing of its MAC. */
	decrypt(sealed: Uint8Array): Uint8Array {
		const text = sealed.subarray(ivLength, sealed.length - macLength);
		const cipher = this.#keys.cipher(sealed.subarray(0, ivLength));
		for (let at = 0; at < text.length; at += pieceLength) {
			const plain = cipher.update(text.subarray(at, at + pieceLength));
			text.set(plain, at);
			release(plain);
		}
		return text;
	}
}
