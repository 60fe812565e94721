/** The size of a page and of most file systems' blocks; a block of zeros becomes a hole. */
export const blockSize = 4096;

const zeros = Buffer.alloc(blockSize);

/**
The parts of `bytes`, which belong at `position` of a file that is one hole so far, that have to be written: all but the blocks of zeros. Pairs of start and end,
ascending. Blobs end anywhere in a block, so that a part of one at either edge is left out as well when it is all zeros: what is not written stays zero.
*/
export function dataRuns(bytes: Uint8Array, position: number): number[] {
	const runs: number[] = [];
	let start = -1;
	for (let at = 0; at < bytes.length; ) {
		const end = Math.min(bytes.length, at + blockSize - ((position + at) % blockSize));
		if (isZero(bytes, at, end)) {
			if (start >= 0) runs.push(start, at);
			start = -1;
		} else if (start < 0) {
			start = at;
		}
		at = end;
	}
	if (start >= 0) runs.push(start, bytes.length);
	return runs;
}

/** Looks at two bytes first: most blocks are not zero, and a comparison costs more. */
const isZero = (bytes: Uint8Array, start: number, end: number): boolean =>
	bytes[start] === 0 && bytes[(start + end) >> 1] === 0 && zeros.compare(bytes, start, end, 0, end - start) === 0;
