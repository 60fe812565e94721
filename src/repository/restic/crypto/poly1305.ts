import {openSealingMemory} from './sealing-memory.ts';
import type {SealingMemory} from './sealing-memory.ts';

/** Incremental Poly1305 (Bernstein 2005) over a WebAssembly module of its own. One message at a time: `begin`, any number of `update`, `finish`. */
export class Poly1305 {
	readonly #memory: SealingMemory;

	constructor(memory: SealingMemory = openSealingMemory()) {
		this.#memory = memory;
	}

	/** `key` is 32 bytes, r ‖ s, for one message only. */
	begin(key: Uint8Array): void {
		this.#memory.key.set(key);
		this.#memory.functions.begin();
	}

	update(bytes: Uint8Array): void {
		const {data, functions} = this.#memory;
		for (let at = 0; at < bytes.length; at += data.length) {
			const piece = bytes.subarray(at, at + data.length);
			data.set(piece);
			functions.update(data.byteOffset, piece.length);
		}
	}

	/** As `update` for bytes that lie in the memory's data already. */
	updateInPlace(at: number, length: number): void {
		this.#memory.functions.update(this.#memory.data.byteOffset + at, length);
	}

	/** As `finish`; writes the tag to `out` at `offset`. */
	finishInto(out: Uint8Array, offset: number): void {
		this.#memory.functions.finish();
		out.set(this.#memory.tag, offset);
	}

	/** The 16-byte tag, a copy. */
	finish(): Buffer {
		this.#memory.functions.finish();
		return Buffer.from(this.#memory.tag);
	}
}
