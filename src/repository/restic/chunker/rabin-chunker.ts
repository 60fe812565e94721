import {instantiate} from '../wasm/instantiate.ts';
import {rabinWasm} from '../wasm/rabin.wasm.ts';
import {inputSlack} from './chunker.ts';
import {resticGeometry} from './chunker-geometry.ts';
import {rabinTables} from './rabin-tables.ts';
import type {Chunker} from './chunker.ts';
import type {RabinGeometry} from './chunker-geometry.ts';

/** What wasm/assembly/rabin.ts exports. */
type RabinFunctions = {
	reduceTableAt(): number;
	leaveTableAt(): number;
	scan(input: number, first: number, last: number, mask: bigint): number;
};

/** Cuts where restic does: after at least `minSize` bytes, wherever the digest of the last 64 is a multiple of `averageSize`, and at the latest after `maxSize`. */
export class RabinChunker implements Chunker {
	readonly minSize: number;
	readonly maxSize: number;
	readonly input: Uint8Array;
	readonly #mask: bigint;
	readonly #functions: RabinFunctions;

	constructor(polynomial: bigint, geometry: RabinGeometry = resticGeometry) {
		this.minSize = geometry.minSize;
		this.maxSize = geometry.maxSize;
		this.#mask = BigInt(geometry.averageSize - 1);

		const capacity = geometry.maxSize + inputSlack;
		const {functions, bytes, room} = instantiate(rabinWasm, capacity);
		this.#functions = functions as RabinFunctions;
		this.input = bytes.subarray(room, room + capacity);

		const {reduce, leave} = rabinTables(polynomial);
		new BigUint64Array(bytes.buffer, this.#functions.reduceTableAt(), reduce.length).set(reduce);
		new BigUint64Array(bytes.buffer, this.#functions.leaveTableAt(), leave.length).set(leave);
	}

	scan(from: number, to: number): number {
		const first = Math.max(from + 1, this.minSize);
		const last = Math.min(to, this.maxSize);
		const cut = first > last ? 0 : this.#functions.scan(this.input.byteOffset, first, last, this.#mask);
		if (cut > 0) return cut;
		return to >= this.maxSize ? this.maxSize : 0;
	}

	/** Nothing is carried from one scan to the next: the digest at a place depends only on the 64 bytes before it. */
	reset(): void {}
}
