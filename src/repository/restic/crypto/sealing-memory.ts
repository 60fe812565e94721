import {instantiate} from '../wasm/instantiate.ts';
import {sealingWasm} from '../wasm/sealing.wasm.ts';

/** What wasm/assembly/poly1305.ts exports. All places are addresses in the module's memory. */
export type SealingFunctions = {
	key(): number;
	tag(): number;
	begin(): void;
	update(at: number, length: number): void;
	finish(): void;
};

/** One instance of the WebAssembly module that computes on messages, with a region for them. */
export type SealingMemory = {
	functions: SealingFunctions;
	/** Message bytes; what lies here needs no copy. */
	data: Uint8Array;
	/** The one-time key of the MAC: r, then the encrypted nonce. */
	key: Uint8Array;
	tag: Uint8Array;
};

/** Small enough to stay in a core's first caches, large enough that calls cost nothing. */
export const windowSize = 32 * 1024;

export function openSealingMemory(dataSize = windowSize): SealingMemory {
	const {functions: exported, bytes, room} = instantiate(sealingWasm, dataSize);
	const functions = exported as SealingFunctions;
	return {
		functions,
		data: bytes.subarray(room, room + dataSize),
		key: bytes.subarray(functions.key(), functions.key() + 32),
		tag: bytes.subarray(functions.tag(), functions.tag() + 16),
	};
}
