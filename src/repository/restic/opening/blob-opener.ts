import {hash} from 'node:crypto';
import {Opener} from '../crypto/opener.ts';
import {forgetFrame, unzstdInto} from '../files/unzstd.ts';
import type {MasterKey} from '../crypto/master-key.ts';

/** What is wrong with a blob, as a number that passes between threads. `unread`: it could not be had. */
export const faults = {none: 0, seal: 1, frame: 2, id: 3, unread: 4} as const;
export type Fault = (typeof faults)[keyof typeof faults];

/** No writer of content makes larger blobs; what is larger, a huge directory's tree, is read in pieces elsewhere. */
export const largestBlob = 8 * 1024 * 1024;

/** Opens blobs in the caller's memory. One serves one thread. */
export class BlobOpener {
	readonly #opener: Opener;

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

	#unpack(sealed: Uint8Array, id: string, out: Uint8Array): Fault {
		if (!unzstdInto(this.#opener.decrypt(sealed), out)) return faults.frame;
		if (hash('sha256', out, 'hex') === id) return faults.none;
		forgetFrame();
		return faults.id;
	}
}
