import {instantiate} from '../wasm/instantiate.ts';
import {sealingWasm} from '../wasm/sealing.wasm.ts';

/** What wasm/assembly/poly1305.ts and counter-mode.ts export. All places are addresses in the module's memory. */
export type SealingFunctions = {
	key(): number;
	tag(): number;
	begin(): void;
	update(at: number, length: number): void;
	finish(): void;
	counters(to: number, iv: number, blocks: number): void;
	xor(data: number, keystream: number, length: number): void;
};

/** One instance of the WebAssembly module that computes on messages, with two regions for them. */
export type SealingMemory = {
	functions: SealingFunctions;
	/** Message bytes; what lies here needs no copy. */
	data: Uint8Array;
	/** AES counter blocks and what AES makes of them. */
	keystream: Uint8Array;
	/** The one-time key of the MAC: r, then the encrypted nonce. */
	key: Uint8Array;
	tag: Uint8Array;
};

/** Small enough to stay in a core's first caches, large enough that calls cost nothing. */
export const windowSize = 32 * 1024;

/** @param dataSize @param keystreamSize both multiples of 16 bytes */
export function openSealingMemory(dataSize = windowSize, keystreamSize = windowSize): SealingMemory {
	const {functions: exported, bytes, room} = instantiate(sealingWasm, dataSize + keystreamSize);
	const functions = exported as SealingFunctions;
	return {
		functions,
		data: bytes.subarray(room, room + dataSize),
		keystream: bytes.subarray(room + dataSize, room + dataSize + keystreamSize),
		key: bytes.subarray(functions.key(), functions.key() + 32),
		tag: bytes.subarray(functions.tag(), functions.tag() + 16),
	};
}
