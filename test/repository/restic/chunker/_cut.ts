import type {Chunker} from '../../../../src/repository/restic/chunker/chunker.ts';

/** Cuts a whole file that arrives in pieces of the given sizes, the last size again and again: the lengths of its chunks. */
export function cut(chunker: Chunker, file: Uint8Array, pieceSizes: readonly number[] = [256 * 1024]): number[] {
	const lengths: number[] = [];
	const sizes = [...pieceSizes];
	let read = 0;
	let filled = 0;
	let scanned = 0;
	chunker.reset();
	for (;;) {
		const length = filled > scanned ? chunker.scan(scanned, filled) : 0;
		if (length > 0) {
			lengths.push(length);
			chunker.input.copyWithin(0, length, filled);
			filled -= length;
			scanned = 0;
			chunker.reset();
			continue;
		}

		scanned = filled;
		const size = sizes.length > 1 ? sizes.shift() : sizes[0];
		const piece = file.subarray(read, read + Math.min(size ?? 1, chunker.input.length - filled));
		if (piece.length === 0) break;
		chunker.input.set(piece, filled);
		filled += piece.length;
		read += piece.length;
	}

	if (filled > 0) lengths.push(filled);
	return lengths;
}
