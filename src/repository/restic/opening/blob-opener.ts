import {hash} from 'node:crypto';
import {Opener} from '../crypto/opener.ts';
import {forgetFrame, unzstdInto} from '../files/unzstd.ts';
import type {MasterKey} from '../crypto/master-key.ts';

/** What is wrong with a blob, as a number that passes between threads. */
export const faults = {none: 0, seal: 1, frame: 2, id: 3} as const;
export type Fault = (typeof faults)[keyof typeof faults];

/** No writer of content makes larger blobs; what is larger, a huge directory's tree, is read in pieces elsewhere. */
export const largestBlob = 8 * 1024 * 1024;

/** Opens and proves blobs in the caller's memory. One serves one thread. */
export class BlobOpener {
	readonly #opener: Opener;
	#scratch = new Uint8Array(0);

	constructor(key: MasterKey) {
		this.#opener = new Opener(key);
	}

	/**
	Opens a blob so that the plaintext stands in `out`, or, when it is stored raw, in `sealed` behind the IV. A frame is only decompressed once its seal is proven; for
	a raw blob the ID alone proves more than the seal could.
	*/
	open(sealed: Uint8Array, isCompressed: boolean, id: string, out: Uint8Array): Fault {
		if (!isCompressed) return hash('sha256', this.#opener.decrypt(sealed), 'hex') === id ? faults.none : faults.id;
		if (!this.#opener.isAuthentic(sealed)) return faults.seal;
		return this.#unpack(sealed, id, out);
	}

	/** Proves everything there is to prove, the seal too: all bytes of a pack are under one. */
	prove(sealed: Uint8Array, uncompressed: number, id: string): Fault {
		if (!this.#opener.isAuthentic(sealed)) return faults.seal;
		if (uncompressed === 0) return this.#opener.plainHash(sealed) === id ? faults.none : faults.id;
		if (this.#scratch.length < uncompressed) this.#scratch = new Uint8Array(uncompressed);
		return this.#unpack(sealed, id, this.#scratch.subarray(0, uncompressed));
	}

	/** The seal alone; the blob is as before. */
	proveSeal(sealed: Uint8Array): Fault {
		return this.#opener.isAuthentic(sealed) ? faults.none : faults.seal;
	}

	#unpack(sealed: Uint8Array, id: string, out: Uint8Array): Fault {
		if (!unzstdInto(this.#opener.decrypt(sealed), out)) return faults.frame;
		if (hash('sha256', out, 'hex') === id) return faults.none;
		forgetFrame();
		return faults.id;
	}
}
