import {createHash, hash} from 'node:crypto';
import {LazaretteError, isLazaretteError} from '../../../base/errors.ts';
import {idToHex} from '../blob-id.ts';
import {compress, compressStream, decompress, decompressStream} from '../files/zstd.ts';
import {tableOf} from '../prune/pack-places.ts';
import {placesOf} from '../prune/choose-copies.ts';
import {keyOfPack, wholeLimit} from '../prune/copy-blob.ts';
import {fetchAhead} from '../read/fetch-ahead.ts';
import {notWhatItSays} from '../read/open-blob.ts';
import {planRanges} from '../read/plan-ranges.ts';
import {compressContent, treeLevel} from '../write/compression.ts';
import type {FullIndex} from '../index/load-index.ts';
import type {OpenRepository} from '../open-repository.ts';
import type {PackWriter} from '../pack/pack-writer.ts';
import type {PackSink} from './pack-sink.ts';
import type {WantedBlob} from './wanted-blobs.ts';

export type CopyBlobs = {
	source: OpenRepository;
	index: FullIndex;
	target: OpenRepository;
	sink: PackSink;
	onBlob: (storedBytes: number) => void;
};

const rangeLimits = {maxBytes: 4 * 1024 * 1024, maxGap: 512 * 1024};
const pieceSize = 1024 * 1024;
const ivLength = 16;
const macLength = 16;

/**
Brings blobs under the other repository's key: each is opened, proven against its ID, and sealed again as it is compressed. `blobs` are in the order of their packs.
@throws RepositoryDamaged naming a blob of which no copy is intact
*/
export async function copyBlobs(options: CopyBlobs, blobs: readonly WantedBlob[], signal: AbortSignal): Promise<void> {
	const {source, index, onBlob} = options;
	for await (const {item: range, result: bytes} of fetchAhead(rangesOf(index, blobs), async ({pack, offset, length, isLarge}) => (isLarge ? undefined : source.storage.get(keyOfPack(index, pack), signal, {offset, length})))) {
		for (const blob of range.blobs) {
			signal.throwIfAborted();
			const table = tableOf(index, blob.type);
			const from = table.offsetOf(blob.entry) - range.offset;
			await copyFromAnyPlace(options, blob, bytes?.subarray(from, from + table.lengthOf(blob.entry)), signal);
			onBlob(table.lengthOf(blob.entry));
		}
	}
}

type Range = {pack: number; offset: number; length: number; blobs: WantedBlob[]; isLarge: boolean};

function* rangesOf(index: FullIndex, blobs: readonly WantedBlob[]): Generator<Range> {
	const place = ({type, entry}: WantedBlob) => ({pack: tableOf(index, type).packOf(entry), offset: tableOf(index, type).offsetOf(entry), length: tableOf(index, type).lengthOf(entry)});
	for (let from = 0; from < blobs.length; ) {
		const {pack} = place(blobs[from]!);
		let to = from;
		while (to < blobs.length && place(blobs[to]!).pack === pack) to++;
		const all = blobs.slice(from, to);
		const small = all.filter(blob => place(blob).length <= wholeLimit);
		for (const {offset, length, parts} of planRanges(small.map(place), rangeLimits)) yield {pack, offset, length, blobs: parts.map(part => small[part]!), isLarge: false};
		for (const blob of all) if (place(blob).length > wholeLimit) yield {...place(blob), blobs: [blob], isLarge: true};
		from = to;
	}
}

/** `sealed` is the first place's, fetched already; undefined for a blob too large for that. */
async function copyFromAnyPlace(options: CopyBlobs, {type, entry}: WantedBlob, sealed: Buffer | undefined, signal: AbortSignal): Promise<void> {
	const {source, index, sink} = options;
	const table = tableOf(index, type);
	let failure: LazaretteError | undefined;
	for (const place of placesOf(table, entry)) {
		const key = keyOfPack(index, table.packOf(place));
		try {
			if (!sealed) await sink.store(type, async writer => appendLarge(options, {type, entry: place}, writer, signal), true);
			else {
				const bytes = place === entry ? sealed : await source.storage.get(key, signal, {offset: table.offsetOf(place), length: table.lengthOf(place)});
				const ready = prepare(options, {type, entry: place}, bytes, `${type} blob ${idToHex(table.ids.idOf(entry))} in ${key}`);
				await sink.store(type, writer => void writer.append(type, table.ids.idOf(entry), 0, ready.payload, ready.uncompressed));
			}
			return;
		} catch (error) {
			if (!isLazaretteError(error, 'RepositoryDamaged') && !isLazaretteError(error, 'ObjectNotFound')) throw error;
			failure ??= error;
		}
	}
	throw new LazaretteError('RepositoryDamaged', failure?.message ?? 'a blob has no place', {hint: 'no archive that needs it was copied; repair the repository that is copied from, or leave out the archives that a check of it names', cause: failure});
}

function prepare({source, index, target}: CopyBlobs, {type, entry}: WantedBlob, sealed: Buffer, what: string): {payload: Uint8Array; uncompressed: number} {
	const table = tableOf(index, type);
	const uncompressed = table.uncompressedOf(entry);
	const opened = source.sealer.open(sealed, what);
	const plain = uncompressed ? decompress(opened, uncompressed, what) : opened;
	if (hash('sha256', plain, 'hex') !== idToHex(table.ids.idOf(entry))) throw notWhatItSays(what);
	if (target.config.version === 1) return {payload: plain, uncompressed: 0};
	if (uncompressed) return {payload: opened, uncompressed};
	// The first version of the format knows no compression; raw trees are what a prune would have to rewrite.
	const compressed = type === 'tree' ? compress(plain, treeLevel(target.compression)) : source.config.version === 1 ? compressContent(plain, target.compression) : undefined;
	return compressed ? {payload: compressed, uncompressed: plain.length} : {payload: plain, uncompressed: 0};
}

/** In pieces. What turns out damaged is dropped with its pack. */
async function appendLarge({source, index, target}: CopyBlobs, {type, entry}: WantedBlob, writer: PackWriter, signal: AbortSignal): Promise<void> {
	const table = tableOf(index, type);
	const key = keyOfPack(index, table.packOf(entry));
	const id = table.ids.idOf(entry);
	const what = `${type} blob ${idToHex(id)} in ${key}`;
	const read = async (from: number, length: number): Promise<Buffer> => source.storage.get(key, signal, {offset: table.offsetOf(entry) + from, length});
	const opened = async function* (): AsyncGenerator<Buffer> {
		const stream = source.sealer.openStream(await read(0, ivLength), what);
		const end = table.lengthOf(entry) - macLength;
		for (let at = ivLength; at < end; at += pieceSize) yield stream.update(await read(at, Math.min(pieceSize, end - at)));
		stream.final(await read(end, macLength));
	};
	const plainLength = table.plainLengthOf(entry);
	const digest = createHash('sha256');
	const proven = async function* (): AsyncGenerator<Uint8Array> {
		for await (const piece of table.isCompressed(entry) ? decompressStream(opened(), plainLength, what) : opened()) {
			digest.update(piece);
			yield piece;
		}
		if (!digest.digest().equals(id)) throw notWhatItSays(what);
	};
	if (target.config.version === 1) await writer.appendPieces(type, id, proven(), 0);
	else await writer.appendPieces(type, id, compressStream(proven(), treeLevel(target.compression)), plainLength);
}
