import {sameId} from '../blob-id.ts';
import {openMessageCrypto} from '../crypto/open-message-crypto.ts';
import {forgetFrame, unzstdInto} from '../files/unzstd.ts';
import {frameContentSize} from '../files/zstd-frame.ts';
import {faults} from './blob-opener.ts';
import {PassingBlob} from './passing-blob.ts';
import {windowBytes} from './sealed-source.ts';
import type {HashJob} from '../crypto/hash-job.ts';
import type {MasterKey} from '../crypto/master-key.ts';
import type {MessageCrypto} from '../crypto/message-crypto.ts';
import type {Fault} from './blob-opener.ts';
import type {SealedSource} from './sealed-source.ts';
import type {Slot} from './slot.ts';

const ivLength = 16;
const macLength = 16;

export type Proof = {
	slot: Slot;
	/** Blobs in it. */
	count: number;
	/** Whether plaintexts go into the slot. */
	keeps: boolean;
	source: SealedSource;
	/** Called when what is wrong with each blob is noted. */
	finish: () => void;
};

/**
Proves all there is to prove of blobs: the seal, which every byte of a pack is under, the frame, and the ID. Takes one slot at a time. Works in a window of its own, so that a large raw
blob is never in memory as a whole, and small ones are brought there by the dozen. Hashing is left to who asks for it, who has two desks and two blobs in hand.
*/
export class ProvingDesk {
	readonly #crypto: MessageCrypto;
	#frame = new Uint8Array(0);
	#plain = new Uint8Array(0);
	#proof: Proof | undefined;
	#jobs: Generator<HashJob> | undefined;
	/** Jobs that were given and have not ended. */
	#pending = 0;

	constructor(key: MasterKey) {
		this.#crypto = openMessageCrypto(key, windowBytes);
	}

	get isFree(): boolean {
		return this.#proof === undefined;
	}

	/** Only when it is free. */
	begin(proof: Proof): void {
		this.#proof = proof;
		this.#jobs = this.#prove(proof);
	}

	/** The next blob to hash; undefined when there are no more, and the desk is free as soon as those that were given have ended. */
	next(): HashJob | undefined {
		const next = this.#jobs?.next();
		if (next?.done === false) {
			this.#pending++;
			return next.value;
		}
		this.#jobs = undefined;
		this.#finishIfDone();
		return undefined;
	}

	#finishIfDone(): void {
		if (!this.#proof || this.#jobs || this.#pending > 0) return;
		const {finish} = this.#proof;
		this.#proof = undefined;
		finish();
	}

	*#prove(proof: Proof): Generator<HashJob> {
		const {slot, count, keeps, source} = proof;
		const length = slot.sealedBytes(count);
		if (length > windowBytes) {
			for (let number = 0; number < count; number++) {
				const job = this.#openInPieces(proof, number);
				if (typeof job === 'number') slot.setFault(number, job);
				else yield job;
			}
			return;
		}
		const row = this.#crypto.window.subarray(0, length);
		const isThere = source(row, 0);
		const plain = this.#roomForPlain(keeps ? 0 : slot.bytesOf(count) - length);
		let plainAt = 0;
		for (let number = 0; number < count; number++) {
			const [at, size, uncompressed] = [slot.sealedAtOf(number), slot.sealedLengthOf(number), slot.uncompressedOf(number)];
			const room = keeps ? slot.plainOf(number) : plain.subarray(plainAt, plainAt + uncompressed);
			plainAt += uncompressed;
			const opened = isThere ? this.#open(row.subarray(at, at + size), uncompressed, room, keeps) : faults.unread;
			if (typeof opened === 'number') slot.setFault(number, opened);
			else yield this.#jobOf(slot, number, opened.length, () => opened);
		}
	}

	/** The plaintext of a blob that lies in the window: in its place when it is stored raw, else in `room`. */
	#open(sealed: Uint8Array, uncompressed: number, room: Uint8Array, keeps: boolean): Uint8Array | Fault {
		if (sealed.length < ivLength + macLength) return faults.seal;
		const crypto = this.#crypto;
		const iv = sealed.subarray(0, ivLength);
		const text = sealed.subarray(ivLength, sealed.length - macLength);
		crypto.beginMac(iv);
		crypto.authenticate(text);
		if (!crypto.isMac(sealed.subarray(ivLength + text.length))) return faults.seal;
		crypto.beginCipher(iv);
		crypto.crypt(text, text);
		if (uncompressed > 0) return unpack(text, room) ? room : faults.frame;
		if (keeps) room.set(text);
		return text;
	}

	/** A blob that the window does not hold. A frame is put together first, and decompressed once its seal is proven. */
	#openInPieces({slot, keeps, source}: Proof, number: number): HashJob | Fault {
		const uncompressed = slot.uncompressedOf(number);
		const blob = new PassingBlob(this.#crypto, source, slot.sealedAtOf(number), slot.sealedLengthOf(number));
		const kept = keeps ? slot.plainOf(number) : undefined;
		if (uncompressed === 0) {
			let done = 0;
			return this.#jobOf(
				slot,
				number,
				blob.length,
				() => {
					const piece = blob.next();
					if (piece) kept?.set(piece, done);
					done += piece?.length ?? 0;
					return piece;
				},
				blob,
			);
		}
		const frame = this.#roomForFrame(blob.length);
		for (let done = 0; done < frame.length; ) {
			const piece = blob.next();
			if (!piece) return blob.fault;
			frame.set(piece, done);
			done += piece.length;
		}
		const plain = kept ?? this.#roomForPlain(uncompressed);
		return unpack(frame, plain) ? this.#jobOf(slot, number, plain.length, () => plain) : faults.frame;
	}

	/** `blob` knows why `next` gave nothing. */
	#jobOf(slot: Slot, number: number, length: number, next: () => Uint8Array | undefined, blob?: PassingBlob): HashJob {
		return {
			length,
			next,
			end: digest => {
				if (digest) slot.setFault(number, sameId(digest, 0, slot.idOf(number), 0) ? faults.none : faults.id);
				else slot.setFault(number, blob?.fault ?? faults.unread);
				this.#pending--;
				this.#finishIfDone();
			},
		};
	}

	#roomForFrame(length: number): Uint8Array {
		if (this.#frame.length < length) this.#frame = new Uint8Array(length);
		return this.#frame.subarray(0, length);
	}

	#roomForPlain(length: number): Uint8Array {
		if (this.#plain.length < length) this.#plain = new Uint8Array(length);
		return this.#plain.subarray(0, length);
	}
}

/**
Fills `out` with a frame's content; false when that has another length. A frame that does not declare its length could hold more, of which nothing may come out of the next one: nobody
knows yet whether `out` is right.
*/
function unpack(frame: Uint8Array, out: Uint8Array): boolean {
	const declared = frameContentSize(frame);
	if (declared !== undefined && declared !== out.length) return false;
	const isFilled = unzstdInto(frame, out);
	if (declared === undefined) forgetFrame();
	return isFilled;
}
