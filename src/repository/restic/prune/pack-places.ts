import {LazaretteError} from '../../../base/errors.ts';
import {idToHex} from '../blob-id.ts';
import {PackHeader} from '../pack/pack-header.ts';
import type {BlobType} from '../blob-type.ts';
import type {BlobTable} from '../index/blob-table.ts';
import type {PendingPack} from '../index/index-json.ts';
import type {FullIndex} from '../index/load-index.ts';
import type {BlobsOfPack} from '../read/blobs-of-pack.ts';

/** One place of a blob: `entry` is its number in the index's table of that type. */
export type Place = {type: BlobType; entry: number; offset: number; length: number};

export const tableOf = (index: FullIndex, type: BlobType): BlobTable => (type === 'tree' ? index.trees : index.data);

/** In the order of their offsets. */
export const packPlaces = (blobs: BlobsOfPack): Place[] =>
	Array.from({length: blobs.length}, (_, at): Place => ({type: blobs.typeOf(at), entry: blobs.entryOf(at), offset: blobs.offsetOf(at), length: blobs.lengthOf(at)}));

/** The pack as an index file is to name it. @throws RepositoryDamaged unless its blobs follow each other without a gap: a header says no offsets */
export function pendingPack(index: FullIndex, blobs: BlobsOfPack): PendingPack {
	const id = idToHex(index.packs.ids.idOf(blobs.pack));
	const header = new PackHeader();
	let end = 0;
	for (let at = 0; at < blobs.length; at++) {
		const length = blobs.lengthOf(at);
		if (blobs.offsetOf(at) !== end) throw new LazaretteError('RepositoryDamaged', `by the index, the blobs of pack ${id} overlap at byte ${end}`, {hint: 'repair the index before the next prune'});
		end += length;
		header.add(blobs.typeOf(at), blobs.idOf(at), 0, length, blobs.uncompressedOf(at));
	}
	return {id, header: Buffer.from(header.bytes), blobs: header.count};
}
