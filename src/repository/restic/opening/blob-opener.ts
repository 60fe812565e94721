import {createHash, hash, timingSafeEqual} from 'node:crypto';
import {MessageKeys} from '../crypto/message-keys.ts';
import {Poly1305} from '../crypto/poly1305.ts';
import {release} from '../crypto/release.ts';
import {openSealingMemory} from '../crypto/sealing-memory.ts';
import {forgetFrame, unzstdInto} from '../files/unzstd.ts';
import {windowBytes} from './sealed-source.ts';
import type {MasterKey} from '../crypto/master-key.ts';
import type {SealedSource} from './sealed-source.ts';

/** What is wrong with a blob, as a number that passes between threads. `unread`: it could not be had. */
export const faults = {none: 0, seal: 1, frame: 2, id: 3, unread: 4} as const;
export type Fault = (typeof faults)[keyof typeof faults];

/** No writer of content makes larger blobs; what is larger, a huge directory's tree, is read in pieces elsewhere. */
export const largestBlob = 8 * 1024 * 1024;

const ivLength = 16;
const macLength = 16;
/** What AES makes of a piece is still in a core's cache when it is used. */
const pieceBytes = 64 * 1024;

/**
Opens blobs into memory of its thread alone: bytes that other threads might see are copied a word at a time, and stay in memory wherever they have once been. A frame is only decompressed once its seal is
proven; for a raw blob the ID alone proves more than the seal could. One serves one thread, and a plaintext stands until the next is asked for.
*/
export class BlobOpener {
	readonly #keys: MessageKeys;
	readonly #memory = openSealingMemory(windowBytes);
	readonly #mac = new Poly1305(this.#memory);
	readonly #edge = Buffer.alloc(macLength);
	#frame: Uint8Array = new Uint8Array(0);
	#plain: Uint8Array = new Uint8Array(0);
	/** What AES made of a blob in one piece. */
	#piece: Buffer | undefined;

	constructor(key: MasterKey) {
		this.#keys = new MessageKeys(key);
	}

	/** Brings stored bytes into the window, at most `windowBytes`; undefined when they can not be had. */
	load(source: SealedSource, length: number): Uint8Array | undefined {
		const row = this.#memory.data.subarray(0, length);
		return source(row, 0) ? row : undefined;
	}

	/** The plaintext of a sealed blob, or what is wrong with it. `uncompressed` is 0 for one that is stored raw. */
	open(sealed: Uint8Array, uncompressed: number, id: string): Uint8Array | Fault {
		this.forget();
		if (sealed.length < ivLength + macLength) return faults.seal;
		if (uncompressed > 0 && !this.#isAuthentic(sealed)) return faults.seal;
		const iv = sealed.subarray(0, ivLength);
		const text = sealed.subarray(ivLength, sealed.length - macLength);
		if (text.length <= pieceBytes) {
			const opened = this.#keys.cipher(iv).update(text);
			this.#piece = opened;
			return uncompressed > 0 ? this.#unpack(opened, uncompressed, id) : proven(opened, id);
		}
		const into = uncompressed > 0 ? this.#roomForFrame(text.length) : this.#roomForPlain(text.length);
		const cipher = this.#keys.cipher(iv);
		for (let at = 0; at < text.length; at += pieceBytes) {
			const piece = cipher.update(text.subarray(at, at + pieceBytes));
			into.set(piece, at);
			release(piece);
		}
		return uncompressed > 0 ? this.#unpack(into, uncompressed, id) : proven(into, id);
	}

	/** As `open` for a blob that is all of a source and larger than the window, through which it comes. */
	openFrom(source: SealedSource, length: number, uncompressed: number, id: string): Uint8Array | Fault {
		this.forget();
		if (!source(this.#edge, 0)) return faults.unread;
		const isCompressed = uncompressed > 0;
		const textLength = length - ivLength - macLength;
		const into = isCompressed ? this.#roomForFrame(textLength) : this.#roomForPlain(textLength);
		const digest = isCompressed ? undefined : createHash('sha256');
		if (isCompressed) this.#mac.begin(this.#keys.macKey(this.#edge));
		const cipher = this.#keys.cipher(this.#edge);
		for (let done = 0; done < textLength; ) {
			const window = this.#memory.data.subarray(0, Math.min(windowBytes, textLength - done));
			if (!source(window, ivLength + done)) return faults.unread;
			if (isCompressed) this.#mac.updateInPlace(0, window.length);
			for (let at = 0; at < window.length; at += pieceBytes) {
				const piece = cipher.update(window.subarray(at, at + pieceBytes));
				digest?.update(piece);
				into.set(piece, done + at);
				release(piece);
			}
			done += window.length;
		}
		if (digest) return digest.digest('hex') === id ? into : faults.id;
		if (!source(this.#edge, length - macLength)) return faults.unread;
		if (!timingSafeEqual(this.#mac.finish(), this.#edge)) return faults.seal;
		return this.#unpack(into, uncompressed, id);
	}

	/** Gives back what the last plaintext took of memory that others may use. */
	forget(): void {
		if (this.#piece) release(this.#piece);
		this.#piece = undefined;
	}

	#isAuthentic(sealed: Uint8Array): boolean {
		const end = sealed.length - macLength;
		const text = sealed.subarray(ivLength, end);
		this.#mac.begin(this.#keys.macKey(sealed.subarray(0, ivLength)));
		const {data} = this.#memory;
		if (text.buffer === data.buffer) this.#mac.updateInPlace(text.byteOffset - data.byteOffset, text.length);
		else this.#mac.update(text);
		return timingSafeEqual(this.#mac.finish(), sealed.subarray(end));
	}

	#unpack(frame: Uint8Array, uncompressed: number, id: string): Uint8Array | Fault {
		const plain = this.#roomForPlain(uncompressed);
		if (!unzstdInto(frame, plain)) return faults.frame;
		const result = proven(plain, id);
		if (result === faults.id) forgetFrame();
		return result;
	}

	#roomForFrame(length: number): Uint8Array {
		if (this.#frame.length < length) this.#frame = grown(length);
		return this.#frame.subarray(0, length);
	}

	#roomForPlain(length: number): Uint8Array {
		if (this.#plain.length < length) this.#plain = grown(length);
		return this.#plain.subarray(0, length);
	}
}

/** Room for a half more, so that blobs of growing size do not each need memory of their own; what is not touched costs nothing. */
const grown = (length: number): Uint8Array => new Uint8Array(Math.min(largestBlob, Math.max(pieceBytes, length + (length >> 1))));

const proven = (plain: Uint8Array, id: string): Uint8Array | Fault => (hash('sha256', plain, 'hex') === id ? plain : faults.id);
