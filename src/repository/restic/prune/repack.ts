import {PackWriter} from '../pack/pack-writer.ts';
import {planRuns} from '../read/plan-runs.ts';
import {sealedBlobs} from '../read/sealed-blobs.ts';
import {UploadQueue} from '../write/upload-queue.ts';
import {copyBlob, keyOfPack} from './copy-blob.ts';
import type {BlobType} from '../blob-type.ts';
import type {IndexWriter} from '../index/index-writer.ts';
import type {ClosedPack} from '../pack/pack-writer.ts';
import type {Place} from './pack-places.ts';
import type {BlobExtents} from '../read/plan-runs.ts';
import type {BlobRoom} from '../read/sealed-blobs.ts';
import type {CopyFrom} from './copy-blob.ts';

export type Repack = CopyFrom & {
	/** Packs to rewrite, and which of their blobs. */
	packs: Iterable<{pack: number; places: Place[]}>;
	/** Takes each new pack once it is durable. */
	indexWriter: IndexWriter;
	onPack?: (packsDone: number) => void;
};

export type Repacked = {packs: number; bytes: number};

/** Bytes that nobody wants are fetched along, rather than asking twice, up to this many in a row. */
const maxGap = 512 * 1024;

/**
Copies blobs to new packs as they are: their seals are proven, nothing is opened or sealed again. Only trees stored raw are compressed on the way.
Resolves when every new pack is durable; the index that names them is the caller's to flush.
@throws RepositoryDamaged naming a blob of which no copy is intact
*/
export async function repack(options: Repack, signal: AbortSignal): Promise<Repacked> {
	const {repository, packs, indexWriter, onPack} = options;
	const {storage, sealer, random, packSize} = repository;
	const done: Repacked = {packs: 0, bytes: 0};
	const uploads = new UploadQueue({
		storage,
		signal,
		async onDurable(pack, uploading) {
			done.packs++;
			done.bytes += pack.file.size;
			indexWriter.add(pack);
			if (indexWriter.isDue) await indexWriter.flush(uploading);
		},
	});
	const writer = (): PackWriter => new PackWriter({sealer, random, scratchDirectory: storage.scratchDirectory, packSize});
	const writers: Record<BlobType, PackWriter> = {data: writer(), tree: writer()};
	const close = (pack: ClosedPack | undefined): void => {
		if (pack) uploads.add(pack);
	};

	try {
		const room: BlobRoom = {bytes: Buffer.alloc(0)};
		let packsDone = 0;
		const copy = async (place: Place, sealed: Buffer | undefined): Promise<void> => {
			signal.throwIfAborted();
			const target = writers[place.type];
			await copyBlob(options, place, sealed, target, signal);
			if (target.isFull) close(target.close());
			await uploads.room();
		};
		for (const {pack, places} of packs) {
			const extents = extentsOf(places);
			for (const run of planRuns(extents, maxGap)) {
				if (run.isLarge) await copy(places[run.first]!, undefined);
				else for await (const {at, sealed} of sealedBlobs(storage, keyOfPack(options.index, pack), extents, run, room, signal)) await copy(places[at]!, sealed);
			}
			onPack?.(++packsDone);
		}
		for (const target of Object.values(writers)) close(target.close());
		await uploads.drain();
		return done;
	} catch (error) {
		for (const target of Object.values(writers)) target.discard();
		await uploads.cancel(error);
		throw error;
	}
}

/** Only the stored form matters here. */
const extentsOf = (places: readonly Place[]): BlobExtents => ({
	length: places.length,
	offsetOf: at => places[at]!.offset,
	lengthOf: at => places[at]!.length,
	uncompressedOf: () => 0,
});
