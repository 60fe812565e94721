import {constants, createZstdCompress, createZstdDecompress} from 'node:zlib';
import type {ZstdOptions} from 'node:zlib';

/** What Node's zstd streams work with inside: one context that codes from buffer to buffer. No public contract, hence `proveCoder`. */
type Handle = {
	writeSync(flush: number, from: Uint8Array, fromAt: number, fromLength: number, into: Uint8Array, intoAt: number, intoLength: number): void;
};

/** [room left in the output, input left], set by each call. */
type WriteState = Uint32Array;

/**
A zstd context that lasts: making one for each message costs more than a small message itself, and its memory comes from the allocator
each time. Codes whole frames only.
*/
export class ZstdCoder {
	readonly #stream: {destroy(): unknown};
	readonly #flush: number;
	readonly #handle: Handle;
	readonly #state: WriteState;
	#failed = false;

	constructor(direction: 'compress' | 'decompress', settings: ZstdOptions = {}) {
		const compresses = direction === 'compress';
		// Referenced for as long as the handle is, which its collection would close.
		this.#stream = compresses ? createZstdCompress(settings) : createZstdDecompress(settings);
		this.#flush = compresses ? constants.ZSTD_e_end : constants.ZSTD_e_continue;
		const {_handle: handle, _writeState: state} = this.#stream as {destroy(): unknown; _handle?: Handle; _writeState?: WriteState};
		if (typeof handle?.writeSync !== 'function' || !(state instanceof Uint32Array)) throw new TypeError('this Node has another zstd inside');
		// The stream's own would destroy it.
		Object.assign(handle, {onerror: () => void (this.#failed = true)});
		this.#handle = handle;
		this.#state = state;
	}

	/** Returns the bytes written to `into`, or -1 when `from` is not taken whole or fails; the coder is of no further use then. */
	code(from: Uint8Array, into: Uint8Array): number {
		if (this.#failed) return -1;
		this.#handle.writeSync(this.#flush, from, 0, from.length, into, 0, into.length);
		this.#failed ||= this.#state[1] !== 0;
		return this.#failed ? -1 : into.length - this.#state[0]!;
	}

	/** As `code` for what is larger than `into`: gives the bytes that stand there each time, until all is coded or it fails. */
	*pieces(from: Uint8Array, into: Uint8Array): Generator<number> {
		for (let at = 0; !this.#failed; ) {
			this.#handle.writeSync(this.#flush, from, at, from.length - at, into, 0, into.length);
			const [room, left] = this.#state as unknown as [number, number];
			if (this.#failed || (left === from.length - at && room === into.length)) return;
			at = from.length - left;
			yield into.length - room;
		}
	}

	/** Gives its memory back at once; it fails from here on. */
	close(): void {
		this.#failed = true;
		this.#stream.destroy();
	}
}
