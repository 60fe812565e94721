import {createCipheriv, createHash, hash, timingSafeEqual} from 'node:crypto';
import {Poly1305} from './poly1305.ts';
import {release} from './release.ts';
import {openSealingMemory, windowSize} from './sealing-memory.ts';
import type {MasterKey} from './master-key.ts';

const ivLength = 16;
const macLength = 16;
const blockLength = 16;
/** What AES makes of a piece is still in a core's cache when it is used. */
const pieceLength = 64 * 1024;

/** The other half of a Sealer: opens messages where they lie, without memory of its own. One serves one thread. */
export class Opener {
	readonly #encrypt: Buffer;
	readonly #blockCipher;
	readonly #nonceCipher;
	readonly #memory = openSealingMemory();
	readonly #mac = new Poly1305(this.#memory);
	/** r ‖ AES-128(k, IV): r stays, the rest changes with every message. */
	readonly #oneTimeKey = Buffer.alloc(32);

	constructor(key: MasterKey) {
		this.#encrypt = key.encrypt;
		this.#blockCipher = createCipheriv('aes-256-ecb', key.encrypt, null).setAutoPadding(false);
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
		if (text.length <= windowSize) {
			const piece = this.#memory.data.subarray(0, text.length);
			piece.set(text);
			this.#applyKeystream(sealed.subarray(0, ivLength), text.length);
			text.set(piece);
			return text;
		}
		let at = 0;
		for (const plain of this.#plainPieces(sealed)) {
			text.set(plain, at);
			at += plain.length;
		}
		return text;
	}

	/** SHA-256 of the plaintext, lowercase hex. `sealed` is as before, or holds the plaintext where the ciphertext was: only one of them can be relied on. */
	plainHash(sealed: Uint8Array): string {
		if (sealed.length - ivLength - macLength <= windowSize) return hash('sha256', this.decrypt(sealed), 'hex');
		const digest = createHash('sha256');
		for (const plain of this.#plainPieces(sealed)) digest.update(plain);
		return digest.digest('hex');
	}

	*#plainPieces(sealed: Uint8Array): Generator<Buffer> {
		const end = sealed.length - macLength;
		const cipher = createCipheriv('aes-256-ctr', this.#encrypt, sealed.subarray(0, ivLength));
		for (let at = ivLength; at < end; at += pieceLength) {
			const plain = cipher.update(sealed.subarray(at, Math.min(end, at + pieceLength)));
			yield plain;
			release(plain);
		}
	}

	/** Decrypts the first `length` bytes of the window. A cipher object would cost more than a small message itself. */
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
