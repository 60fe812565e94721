import {copyShared} from '../../../base/copy-shared.ts';
import {LazaretteError, isLazaretteError} from '../../../base/errors.ts';
import type {Storage} from '../../../storage/storage.ts';
import type {BlobsOfPack} from './blobs-of-pack.ts';
import type {Run} from './plan-runs.ts';
import type {BlobOwner, SlotFiller} from './slot-filler.ts';

/** Reads one run of a pack's blobs as a stream, straight into slots. `after` takes the bytes that follow the last of them in the same request. */
export async function streamBlobs<Owner extends BlobOwner>(storage: Storage, key: string, blobs: BlobsOfPack, run: Run, owner: Owner, filler: Pick<SlotFiller<Owner>, 'room'>, signal: AbortSignal, after?: Uint8Array): Promise<void> {
	const length = run.length + (after?.length ?? 0);
	/** In the pack: what the next byte of a piece is. */
	let position = run.offset;
	let blob = run.first;
	let into: Uint8Array | undefined;
	let filled = 0;
	try {
		for await (const piece of storage.stream(key, signal, {offset: run.offset, length})) {
			signal.throwIfAborted();
			for (let at = 0; at < piece.length; ) {
				if (!into) {
					const begin = blob < run.end ? blobs.offsetOf(blob) : run.offset + run.length;
					if (position < begin) {
						const skipped = Math.min(begin - position, piece.length - at);
						at += skipped;
						position += skipped;
						continue;
					}
					into = blob < run.end ? await filler.room(owner, blob, blobs.lengthOf(blob), blobs.uncompressedOf(blob), blobs.idOf(blob)) : after!;
					filled = 0;
				}
				const taken = Math.min(into.length - filled, piece.length - at);
				copyShared(into, piece.subarray(at, at + taken), filled);
				at += taken;
				position += taken;
				filled += taken;
				if (filled === into.length) {
					into = undefined;
					blob++;
				}
			}
		}
	} catch (error) {
		throw missingPack(error, key);
	}
}

/** What a failure to read a pack is thrown as. */
export function missingPack(error: unknown, key: string): unknown {
	if (!isLazaretteError(error, 'ObjectNotFound')) return error;
	return new LazaretteError('RepositoryDamaged', `the pack ${key} is missing from the repository`, {cause: error, hint: 'run a check to see which archives need it'});
}
