/**
Cuts a file into chunks while it is read. The caller reads the file into `input` piece by piece (any piece size), calls `scan` after each,
and on a cut takes `input.subarray(0, length)`, moves the rest to the front with `copyWithin`, calls `reset` and scans the rest; at the end of
the file the remainder is the last chunk, and an empty remainder is none.
*/
export type Chunker = {
	/** bytes */
	readonly minSize: number;
	/** bytes */
	readonly maxSize: number;
	/** Memory the file is read into; a chunk starts at offset 0. `maxSize` + 512 KiB long. */
	readonly input: Uint8Array;
	/**
	Scans bytes [from, to) of `input` that were just read; those before `from` have been scanned since the last `reset`.
	Returns the length of the chunk that begins at offset 0, or 0 when more bytes are needed.
	*/
	scan(from: number, to: number): number;
	reset(): void;
};

/** Room in `input` beyond the largest chunk, so that reads need not be cut to the byte. */
export const inputSlack = 512 * 1024;
