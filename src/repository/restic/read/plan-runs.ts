import {Sealer} from '../crypto/sealer.ts';
import {largestBlob} from '../opening/blob-opener.ts';

/** Blobs of one pack in the order of their offsets. `uncompressedOf` is 0 for one that is stored raw, or whose plaintext does not matter. */
export type BlobExtents = {readonly length: number; offsetOf(at: number): number; lengthOf(at: number): number; uncompressedOf(at: number): number};

/** What one request asks for: blobs [first, end) of a pack, which lie in bytes [offset, offset + length). */
export type Run = {first: number; end: number; offset: number; length: number; /** One blob too large to be handled like the others. */ isLarge: boolean};

/** Too large for a slot. `length` is the sealed length; `uncompressed` 0 for a blob that is stored raw. */
export const isLargeBlob = (length: number, uncompressed: number): boolean => length > largestBlob + Sealer.overhead || uncompressed > largestBlob;

/** Joins blobs of one pack to as few requests as can be: bytes that nobody wants are fetched along up to `maxGap` in a row. */
export function planRuns(blobs: BlobExtents, maxGap: number): Run[] {
	const runs: Run[] = [];
	let last: Run | undefined;
	for (let at = 0; at < blobs.length; at++) {
		const offset = blobs.offsetOf(at);
		const length = blobs.lengthOf(at);
		const isLarge = isLargeBlob(length, blobs.uncompressedOf(at));
		const gap = last ? offset - (last.offset + last.length) : -1;
		// A damaged index may let blobs overlap; each is then read for itself.
		if (last && gap >= 0 && gap <= maxGap && !isLarge && !last.isLarge) {
			last.length = offset + length - last.offset;
			last.end = at + 1;
		} else {
			last = {first: at, end: at + 1, offset, length, isLarge};
			runs.push(last);
		}
	}
	return runs;
}
