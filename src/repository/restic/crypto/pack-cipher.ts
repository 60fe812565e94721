import {Poly1305} from './poly1305.ts';
import {release} from './release.ts';
import {openSealingMemory} from './sealing-memory.ts';
import type {Cipheriv} from 'node:crypto';
import type {MessageKeys} from './message-keys.ts';

const blockLength = 16;

/** Small enough that ciphertext is still in a core's first caches when it is copied and authenticated. */
const pieceSize = 32 * 1024;

/**
Seals one message after another into a window of memory, in which a pack grows until it is written. All messages of a pack come from one AES-CTR stream: each
begins at the block after the last one's end, and its IV is the counter of that block. A cipher of its own would cost each message a microsecond. IVs stay
unique, which is all that counter mode and Poly1305-AES ask of them: ranges of blocks, 2^20 for a pack, lie at random among 2^128.
*/
export class PackCipher {
	/** What was sealed and is not written yet. */
	readonly window: Uint8Array;
	readonly #keys: MessageKeys;
	readonly #nextIv: () => Buffer;
	readonly #mac: Poly1305;
	readonly #iv = Buffer.alloc(blockLength);
	#cipher: Cipheriv | undefined;
	#messageLength = 0;

	/** @param nextIv gives random IVs, each of which no other message has */
	constructor(keys: MessageKeys, nextIv: () => Buffer, windowSize: number) {
		const memory = openSealingMemory(windowSize);
		this.#keys = keys;
		this.#nextIv = nextIv;
		this.#mac = new Poly1305(memory);
		this.window = memory.data;
	}

	/** Goes on with a stream of its own: a pack can tell nothing about where another's IVs lie. */
	nextPack(): void {
		this.#cipher = undefined;
	}

	/** Begins a message: puts its IV, 16 bytes, into the window. */
	begin(at: number): void {
		if (!this.#cipher) {
			this.#iv.set(this.#nextIv());
			this.#cipher = this.#keys.cipher(this.#iv);
		}
		this.window.set(this.#iv, at);
		this.#mac.begin(this.#keys.macKey(this.#iv));
		this.#messageLength = 0;
	}

	/** Puts the ciphertext of the next bytes of the message into the window, which must have room for it. */
	update(plain: Uint8Array, at: number): void {
		for (let from = 0; from < plain.length; from += pieceSize) {
			const ciphertext = this.#cipher!.update(plain.length <= pieceSize ? plain : plain.subarray(from, from + pieceSize));
			this.window.set(ciphertext, at + from);
			release(ciphertext);
		}
		this.#mac.updateInPlace(at, plain.length);
		this.#messageLength += plain.length;
	}

	/** Ends the message: puts its MAC, 16 bytes, into the window. */
	final(at: number): void {
		this.#mac.finishInto(this.window, at);
		const rest = this.#messageLength % blockLength;
		if (rest > 0) this.#cipher!.update(zeros.subarray(rest));
		advance(this.#iv, Math.ceil(this.#messageLength / blockLength));
	}
}

const zeros = Buffer.alloc(blockLength);

/** Adds to a 128-bit big-endian number. */
function advance(counter: Uint8Array, blocks: number): void {
	let carry = blocks;
	for (let at = counter.length - 1; at >= 0 && carry > 0; at--) {
		carry += counter[at]!;
		counter[at] = carry & 0xff;
		carry >>>= 8;
	}
}
