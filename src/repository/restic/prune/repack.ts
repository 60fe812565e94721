import {PackWriter} from '../pack/pack-writer.ts';
import {fetchAhead} from '../read/fetch-ahead.ts';
import {planRanges} from '../read/plan-ranges.ts';
import {UploadQueue} from '../write/upload-queue.ts';
import {copyBlob, keyOfPack, wholeLimit} from './copy-blob.ts';
import type {BlobType} from '../blob-type.ts';
import type {IndexWriter} from '../index/index-writer.ts';
import type {ClosedPack} from '../pack/pack-writer.ts';
import type {Place} from './blobs-by-pack.ts';
import type {CopyFrom} from './copy-blob.ts';

export type Repack = CopyFrom & {
	/** Packs to rewrite, and which of their blobs. */
	packs: Iterable<{pack: number; places: Place[]}>;
	/** Takes each new pack once it is durable. */
	indexWriter: IndexWriter;
	onPack?: (packsDone: number) => void;
};

export type Repacked = {packs: number; bytes: number};

const rangeLimits = {maxBytes: 4 * 1024 * 1024, maxGap: 512 * 1024};

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
		for await (const {item: range, result: bytes} of fetchAhead(rangesOf(packs), async range => fetchRange(options, range, signal))) {
			for (const place of range.places) {
				signal.throwIfAborted();
				const target = writers[place.type];
				await copyBlob(options, place, bytes?.subarray(place.offset - range.offset, place.offset - range.offset + place.length), target, signal);
				if (target.isFull) close(target.close());
			}
			release(bytes);
			await uploads.room();
			if (range.isLast) onPack?.(range.number + 1);
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

/** Ranges come faster than the collector looks; given back at once, two of them are in memory and not some dozens. Only when the memory is the buffer's alone. */
function release(bytes: Buffer | undefined): void {
	if (bytes?.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength) bytes.buffer.transfer(0);
}

type Range = {pack: number; offset: number; length: number; places: Place[]; isLarge: boolean; number: number; isLast: boolean};

/** All requests in turn, so that the next is under way whether or not it goes to the same pack. */
function* rangesOf(packs: Repack['packs']): Generator<Range> {
	let number = -1;
	for (const {pack, places} of packs) {
		number++;
		const small = places.filter(({length}) => length <= wholeLimit);
		const ranges = planRanges(small, rangeLimits).map(({offset, length, parts}) => ({offset, length, places: parts.map(part => small[part]!), isLarge: false}));
		for (const place of places) if (place.length > wholeLimit) ranges.push({offset: place.offset, length: place.length, places: [place], isLarge: true});
		for (const [at, range] of ranges.entries()) yield {...range, pack, number, isLast: at === ranges.length - 1};
	}
}

async function fetchRange({repository, index}: Repack, {pack, offset, length, isLarge}: Range, signal: AbortSignal): Promise<Buffer | undefined> {
	return isLarge ? undefined : repository.storage.get(keyOfPack(index, pack), signal, {offset, length});
}
