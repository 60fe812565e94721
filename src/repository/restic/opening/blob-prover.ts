import {createCipheriv, createHash, createSecretKey, hash, timingSafeEqual} from 'node:crypto';
import {Poly1305} from '../crypto/poly1305.ts';
import {release} from '../crypto/release.ts';
import {openSealingMemory} from '../crypto/sealing-memory.ts';
import {forgetFrame, unzstdInto} from '../files/unzstd.ts';
import {faults} from './blob-opener.ts';
import type {KeyObject} from 'node:crypto';
import type {MasterKey} from '../crypto/master-key.ts';
import type {Fault} from './blob-opener.ts';

/** Fills `into` with stored bytes, of which `from` says where they begin; false when they can not be had. */
export type SealedSource = (into: Uint8Array, from: number) => boolean;

/** Stays in a core's own cache from the first pass over it to the last. */
export const windowBytes = 256 * 1024;
/** What AES makes of a piece of this length comes from memory that the allocator keeps at hand. */
const pieceBytes = 64 * 1024;
const ivLength = 16;
const macLength = 16;

/**
Proves all there is to prove of blobs: the seal, which every byte of a pack is under, the frame, and the ID. Works in a window of its own, so that a large raw blob is never in
memory as a whole, and small ones are brought there by the dozen. One serves one thread.
*/
export class BlobProver {
	readonly #encrypt: KeyObject;
	readonly #nonceCipher;
	readonly #memory = openSealingMemory(windowBytes);
	readonly #mac = new Poly1305(this.#memory);
	/** r ‖ AES-128(k, IV): r stays, the rest changes with every message. */
	readonly #oneTimeKey = Buffer.alloc(32);
	readonly #tag = Buffer.alloc(macLength);
	readonly #edge = Buffer.alloc(macLength);
	#frame = new Uint8Array(0);
	#plain = new Uint8Array(0);

	constructor(key: MasterKey) {
		// A cipher made from a key object costs a microsecond, one from bytes eight.
		this.#encrypt = createSecretKey(key.encrypt);
		this.#nonceCipher = createCipheriv('aes-128-ecb', key.macK, null).setAutoPadding(false);
		key.macR.copy(this.#oneTimeKey);
	}

	/** Brings stored bytes into the window, at most `windowBytes`, for `prove`. */
	load(source: SealedSource, from: number, length: number): boolean {
		return source(this.#memory.data.subarray(0, length), from);
	}

	/** A blob that lies in the window at `at`, and is no more there afterwards. `keep` takes the plaintext, which `uncompressed` is the length of, or 0 when it is stored raw. */
	prove(at: number, length: number, uncompressed: number, id: string, keep?: Uint8Array): Fault {
		if (length < ivLength + macLength) return faults.seal;
		const {data} = this.#memory;
		const end = at + length - macLength;
		const text = data.subarray(at + ivLength, end);
		const iv = data.subarray(at, at + ivLength);
		this.#begin(iv);
		this.#mac.updateInPlace(at + ivLength, text.length);
		if (!this.#isTag(data.subarray(end, end + macLength))) return faults.seal;

		const cipher = createCipheriv('aes-256-ctr', this.#encrypt, iv);
		for (let from = 0; from < text.length; from += pieceBytes) {
			const plain = cipher.update(text.subarray(from, from + pieceBytes));
			text.set(plain, from);
			release(plain);
		}
		if (uncompressed > 0) return this.#unpack(text, uncompressed, id, keep);
		keep?.set(text);
		return hash('sha256', text, 'hex') === id ? faults.none : faults.id;
	}

	/** As `prove` for a blob of any length, which begins at byte `from` of the source. */
	proveFrom(source: SealedSource, from: number, length: number, uncompressed: number, id: string, keep?: Uint8Array): Fault {
		const edge = this.#edge;
		if (!source(edge, from)) return faults.unread;
		this.#begin(edge);
		const cipher = createCipheriv('aes-256-ctr', this.#encrypt, edge);
		const textLength = length - ivLength - macLength;
		const digest = uncompressed > 0 ? undefined : createHash('sha256');
		if (!digest && this.#frame.length < textLength) this.#frame = new Uint8Array(textLength);
		const copy = digest ? keep : this.#frame;

		for (let done = 0; done < textLength; ) {
			const piece = this.#memory.data.subarray(0, Math.min(windowBytes, textLength - done));
			if (!source(piece, from + ivLength + done)) return faults.unread;
			this.#mac.updateInPlace(0, piece.length);
			for (let at = 0; at < piece.length; at += pieceBytes) {
				const plain = cipher.update(piece.subarray(at, at + pieceBytes));
				digest?.update(plain);
				copy?.set(plain, done + at);
				release(plain);
			}
			done += piece.length;
		}

		if (!source(edge, from + length - macLength)) return faults.unread;
		if (!this.#isTag(edge)) return faults.seal;
		if (!digest) return this.#unpack(this.#frame.subarray(0, textLength), uncompressed, id, keep);
		return digest.digest('hex') === id ? faults.none : faults.id;
	}

	#unpack(frame: Uint8Array, uncompressed: number, id: string, keep: Uint8Array | undefined): Fault {
		if (!keep && this.#plain.length < uncompressed) this.#plain = new Uint8Array(uncompressed);
		const plain = keep ?? this.#plain.subarray(0, uncompressed);
		if (!unzstdInto(frame, plain)) return faults.frame;
		if (hash('sha256', plain, 'hex') === id) return faults.none;
		forgetFrame();
		return faults.id;
	}

	#begin(iv: Uint8Array): void {
		this.#nonceCipher.update(iv).copy(this.#oneTimeKey, macLength);
		this.#mac.begin(this.#oneTimeKey);
	}

	#isTag(expected: Uint8Array): boolean {
		this.#mac.finishInto(this.#tag, 0);
		return timingSafeEqual(this.#tag, expected);
	}
}
