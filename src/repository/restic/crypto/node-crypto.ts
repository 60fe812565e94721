import {timingSafeEqual} from 'node:crypto';
import {MessageKeys} from './message-keys.ts';
import {Poly1305} from './poly1305.ts';
import {release} from './release.ts';
import {openSealingMemory} from './sealing-memory.ts';
import type {Cipheriv} from 'node:crypto';
import type {MasterKey} from './master-key.ts';
import type {MessageCrypto} from './message-crypto.ts';

/** What AES makes of a piece of this length comes from memory that the allocator keeps at hand, and is still in a core's cache when it is copied. */
const pieceBytes = 64 * 1024;

/** Through node:crypto, and Poly1305 in WebAssembly. */
export class NodeCrypto implements MessageCrypto {
	readonly window: Uint8Array;
	readonly #keys: MessageKeys;
	readonly #mac: Poly1305;
	readonly #tag = Buffer.alloc(16);
	#cipher: Cipheriv | undefined;

	constructor(key: MasterKey, windowSize: number) {
		const memory = openSealingMemory(windowSize);
		this.window = memory.data;
		this.#keys = new MessageKeys(key);
		this.#mac = new Poly1305(memory);
	}

	beginCipher(iv: Uint8Array): void {
		this.#cipher = this.#keys.cipher(iv);
	}

	crypt(from: Uint8Array, into: Uint8Array): void {
		for (let at = 0; at < from.length; at += pieceBytes) {
			const piece = this.#cipher!.update(from.subarray(at, at + pieceBytes));
			into.set(piece, at);
			release(piece);
		}
	}

	beginMac(iv: Uint8Array): void {
		this.#mac.begin(this.#keys.macKey(iv));
	}

	authenticate(bytes: Uint8Array): void {
		if (bytes.buffer === this.window.buffer) this.#mac.updateInPlace(bytes.byteOffset - this.window.byteOffset, bytes.length);
		else this.#mac.update(bytes);
	}

	macInto(out: Uint8Array): void {
		this.#mac.finishInto(out, 0);
	}

	isMac(expected: Uint8Array): boolean {
		this.macInto(this.#tag);
		return expected.length === this.#tag.length && timingSafeEqual(this.#tag, expected);
	}
}
