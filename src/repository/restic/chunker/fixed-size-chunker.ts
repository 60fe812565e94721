import {inputSlack} from './chunker.ts';
import type {Chunker} from './chunker.ts';

/** Chunks of one length; rustic offers this for disk images. */
export class FixedSizeChunker implements Chunker {
	readonly minSize: number;
	readonly maxSize: number;
	readonly input: Uint8Array;

	constructor(size: number) {
		this.minSize = size;
		this.maxSize = size;
		this.input = new Uint8Array(size + inputSlack);
	}

	scan(_from: number, to: number): number {
		return to >= this.maxSize ? this.maxSize : 0;
	}

	reset(): void {}
}
