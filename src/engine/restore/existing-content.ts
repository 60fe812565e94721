import {hash} from 'node:crypto';
import type {FileSystem} from '../file-system/file-system.ts';

/** Compares what a file holds with blobs, by their IDs, which are the SHA-256 of their content, so that what is there already need not be fetched. Holes are not read. */
export class ExistingContent {
	readonly #fileSystem: FileSystem;
	readonly #fd: number;
	readonly #size: number;
	#buffer = Buffer.alloc(0);

	constructor(fileSystem: FileSystem, fd: number) {
		this.#fileSystem = fileSystem;
		this.#fd = fd;
		this.#size = fileSystem.statusOf(fd).size;
	}

	holds(id: Uint8Array, position: number, length: number): boolean {
		const wanted = Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString('hex');
		if (length > 0 && !this.#fileSystem.nextData(this.#fd, position, position + length)) return position + length <= this.#size && wanted === hashOfZeros(length);
		if (this.#buffer.length < length) this.#buffer = Buffer.allocUnsafeSlow(length);
		let filled = 0;
		while (filled < length) {
			const read = this.#fileSystem.read(this.#fd, this.#buffer.subarray(filled, length), position + filled);
			if (read === 0) return false;
			filled += read;
		}
		return hash('sha256', this.#buffer.subarray(0, length), 'hex') === wanted;
	}
}

/** Of the length asked for last: the zeros of a hole come in blobs of one size. */
let zeros = {length: -1, hash: ''};

function hashOfZeros(length: number): string {
	if (zeros.length !== length) zeros = {length, hash: hash('sha256', Buffer.alloc(length), 'hex')};
	return zeros.hash;
}
