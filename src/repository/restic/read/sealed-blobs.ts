import type {Storage} from '../../../storage/storage.ts';
import type {Run} from './plan-runs.ts';

/** Where the blobs of a run lie, by their places in what the run was planned from. */
export type Extents = {offsetOf(at: number): number; lengthOf(at: number): number};

/** Memory for one sealed blob, for as many runs as there are. */
export type BlobRoom = {bytes: Buffer};

/** The blobs of one run as they are stored, one after the other, from one stream. A blob is only valid until the next is asked for. */
export async function* sealedBlobs(storage: Storage, key: string, extents: Extents, {first, end, offset, length}: Run, room: BlobRoom, signal: AbortSignal): AsyncGenerator<{at: number; sealed: Buffer}> {
	/** In the pack: what the next byte of a piece is. */
	let position = offset;
	let at = first;
	let filled = 0;
	for await (const piece of storage.stream(key, signal, {offset, length})) {
		for (let read = 0; read < piece.length && at < end; ) {
			const begin = extents.offsetOf(at);
			const size = extents.lengthOf(at);
			if (position < begin) {
				const skipped = Math.min(begin - position, piece.length - read);
				read += skipped;
				position += skipped;
				continue;
			}
			if (room.bytes.length < size) {
				const bigger = Buffer.allocUnsafeSlow(size);
				bigger.set(room.bytes.subarray(0, filled));
				room.bytes = bigger;
			}
			const taken = Math.min(size - filled, piece.length - read);
			room.bytes.set(piece.subarray(read, read + taken), filled);
			read += taken;
			position += taken;
			filled += taken;
			if (filled < size) continue;
			yield {at, sealed: room.bytes.subarray(0, size)};
			at++;
			filled = 0;
		}
	}
}
