import {createCipheriv} from 'node:crypto';
import {Poly1305} from './poly1305.ts';
import {release} from './release.ts';
import {openSealingMemory, windowSize} from './sealing-memory.ts';

const blockLength = 16;

/**
AES-256-CTR and Poly1305 over messages that are in memory. A cipher object costs 10 to 20 µs, more than a small message itself; up to one window
the keystream comes from one lasting AES object over counter blocks instead.
*/
export class MessageCipher {
	readonly #key: Buffer;
	readonly #blockCipher;
	readonly #memory = openSealingMemory();
	readonly #mac = new Poly1305(this.#memory);

	constructor(key: Buffer) {
		this.#key = key;
		this.#blockCipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
	}

	/** Writes the ciphertext of `plain` to `out`, which is as long, and returns its tag (valid until the next call). */
	encrypt(iv: Uint8Array, oneTimeKey: Uint8Array, plain: Uint8Array, out: Uint8Array): Uint8Array {
		const {data} = this.#memory;
		this.#mac.begin(oneTimeKey);
		if (plain.length <= windowSize) {
			const piece = data.subarray(0, plain.length);
			piece.set(plain);
			this.#applyKeystream(iv, plain.length);
			this.#mac.update(piece);
			out.set(piece);
		} else {
			const cipher = createCipheriv('aes-256-ctr', this.#key, iv);
			for (let at = 0; at < plain.length; at += windowSize) {
				const ciphertext = cipher.update(plain.subarray(at, at + windowSize));
				const piece = data.subarray(0, ciphertext.length);
				piece.set(ciphertext);
				this.#mac.update(piece);
				out.set(piece, at);
				release(ciphertext);
			}
		}

		return this.#mac.finish();
	}

	/** Asks `accept` about the tag of `ciphertext` first and writes nothing when it refuses. */
	decrypt(iv: Uint8Array, oneTimeKey: Uint8Array, ciphertext: Uint8Array, out: Uint8Array, accept: (tag: Uint8Array) => boolean): boolean {
		this.#mac.begin(oneTimeKey);
		this.#mac.update(ciphertext);
		if (!accept(this.#mac.finish())) return false;

		if (ciphertext.length <= windowSize) {
			const piece = this.#memory.data.subarray(0, ciphertext.length);
			piece.set(ciphertext);
			this.#applyKeystream(iv, ciphertext.length);
			out.set(piece);
		} else {
			const cipher = createCipheriv('aes-256-ctr', this.#key, iv);
			for (let at = 0; at < ciphertext.length; at += windowSize) {
				const plain = cipher.update(ciphertext.subarray(at, at + windowSize));
				out.set(plain, at);
				release(plain);
			}
		}

		return true;
	}

	/** Encrypts or decrypts the first `length` bytes of the data window in place. */
	#applyKeystream(iv: Uint8Array, length: number): void {
		const {functions, data, keystream} = this.#memory;
		const blocks = Math.ceil(length / blockLength);
		keystream.set(iv);
		functions.counters(keystream.byteOffset, keystream.byteOffset, blocks);
		const encrypted = this.#blockCipher.update(keystream.subarray(0, blocks * blockLength));
		keystream.set(encrypted);
		release(encrypted);
		functions.xor(data.byteOffset, keystream.byteOffset, length);
	}
}
