import {idLength} from '../blob-id.ts';
import type {BlobType} from '../blob-type.ts';

/** The blobs of one pack in columns: filled, handed on and refilled, so that reading an index of millions of blobs makes no objects. */
export class PackEntries {
	readonly packId = Buffer.alloc(idLength);
	#count = 0;
	#ids = new Uint8Array(256 * idLength);
	#numbers = new Uint32Array(256 * 3);
	#trees = new Uint8Array(256);

	get count(): number {
		return this.#count;
	}

	clear(): void {
		this.#count = 0;
	}

	/** `length` is the sealed length, `uncompressed` the plain one or 0 for a blob stored raw. */
	add(type: BlobType, id: Uint8Array, idAt: number, offset: number, length: number, uncompressed: number): void {
		if (this.#count === this.#trees.length) this.#grow();
		const entry = this.#count++;
		this.#trees[entry] = type === 'tree' ? 1 : 0;
		for (let index = 0; index < idLength; index++) this.#ids[entry * idLength + index] = id[idAt + index]!;
		this.#numbers[entry * 3] = offset;
		this.#numbers[entry * 3 + 1] = length;
		this.#numbers[entry * 3 + 2] = uncompressed;
	}

	/** All IDs one after another: entry n is at `n * idLength`. */
	get ids(): Uint8Array {
		return this.#ids;
	}

	typeOf(entry: number): BlobType {
		return this.#trees[entry] === 1 ? 'tree' : 'data';
	}

	offsetOf(entry: number): number {
		return this.#numbers[entry * 3]!;
	}

	lengthOf(entry: number): number {
		return this.#numbers[entry * 3 + 1]!;
	}

	uncompressedOf(entry: number): number {
		return this.#numbers[entry * 3 + 2]!;
	}

	#grow(): void {
		const grow = <T extends Uint8Array | Uint32Array>(bigger: T, old: T): T => {
			bigger.set(old);
			return bigger;
		};
		this.#ids = grow(new Uint8Array(this.#ids.length * 2), this.#ids);
		this.#numbers = grow(new Uint32Array(this.#numbers.length * 2), this.#numbers);
		this.#trees = grow(new Uint8Array(this.#trees.length * 2), this.#trees);
	}
}
