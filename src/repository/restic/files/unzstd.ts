import {zstdDecompressSync} from 'node:zlib';
import {dropDecompressor, theDecompressor} from './lasting-zstd.ts';
import {ZstdCoder} from './zstd-coder.ts';

/**
Fills `out` with the content of one frame; false when that is damaged or shorter. Whether the frame ends there is not looked at: who finds `out` to be wrong
calls `forgetFrame`, so that the rest of this frame is not taken for the beginning of the next.
*/
export function unzstdInto(frame: Uint8Array, out: Uint8Array): boolean {
	const coder = theDecompressor();
	if (coder?.code(frame, out) === out.length) return true;
	forgetFrame();
	try {
		const plain = zstdDecompressSync(frame, {maxOutputLength: Math.max(out.length, 1)});
		if (plain.length !== out.length) return false;
		out.set(plain);
		return true;
	} catch {
		return false;
	}
}

export const forgetFrame = (): void => dropDecompressor();

/**
The content of one frame, which should be `length` bytes, in pieces, each of which stands in `into` until the next is asked for; ends early when the frame is damaged. What else this thread decompresses meanwhile
does not matter.
*/
export function* unzstdPieces(frame: Uint8Array, length: number, into: Uint8Array): Generator<Uint8Array> {
	if (!theDecompressor()) {
		const plain = new Uint8Array(length);
		if (unzstdInto(frame, plain)) yield plain;
		return;
	}
	const coder = new ZstdCoder('decompress');
	try {
		for (const filled of coder.pieces(frame, into)) yield into.subarray(0, filled);
	} finally {
		coder.close();
	}
}
