import {faults} from './blob-opener.ts';
import {windowBytes} from './sealed-source.ts';
import type {MessageCrypto} from '../crypto/message-crypto.ts';
import type {Fault} from './blob-opener.ts';
import type {SealedSource} from './sealed-source.ts';

const ivLength = 16;
const macLength = 16;

/** A blob of any length, decrypted piece by piece in the window of who decrypts it. */
export class PassingBlob {
	/** bytes of all pieces together */
	readonly length: number;
	/** Why `next` gave nothing. */
	fault: Fault = faults.none;
	readonly #crypto: MessageCrypto;
	readonly #source: SealedSource;
	readonly #from: number;
	readonly #edge = Buffer.alloc(macLength);
	#done = 0;

	/** `from`, `sealedLength`: where its stored bytes lie in the source. */
	constructor(crypto: MessageCrypto, source: SealedSource, from: number, sealedLength: number) {
		this.#crypto = crypto;
		this.#source = source;
		this.#from = from;
		this.length = sealedLength - ivLength - macLength;
	}

	/** The next piece, which stands until the next call: not the last of them unless the seal is sound. */
	next(): Uint8Array | undefined {
		const crypto = this.#crypto;
		if (this.#done === 0) {
			if (!this.#source(this.#edge, this.#from)) return this.#fail(faults.unread);
			crypto.beginMac(this.#edge);
			crypto.beginCipher(this.#edge);
		}
		const piece = crypto.window.subarray(0, Math.min(windowBytes, this.length - this.#done));
		if (!this.#source(piece, this.#from + ivLength + this.#done)) return this.#fail(faults.unread);
		crypto.authenticate(piece);
		crypto.crypt(piece, piece);
		this.#done += piece.length;
		if (this.#done < this.length) return piece;
		if (!this.#source(this.#edge, this.#from + ivLength + this.length)) return this.#fail(faults.unread);
		return crypto.isMac(this.#edge) ? piece : this.#fail(faults.seal);
	}

	#fail(fault: Fault): undefined {
		this.fault = fault;
	}
}
