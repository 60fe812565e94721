import {idLength, idToHex, sameId} from '../blob-id.ts';
import {packKey} from '../files/object-keys.ts';
import {PackEntries} from '../index/pack-entries.ts';
import {headerEntryBytes, headerLengthBytes, packOverhead, readPackHeader} from '../pack/pack-header.ts';
import {isLargeBlob} from '../read/plan-runs.ts';
import {readFully} from '../opening/read-fully.ts';
import {streamBlobs} from '../read/stream-blobs.ts';
import {isDamage} from './findings.ts';
import {proveLargeBlob} from './prove-large-blob.ts';
import type {OpenedFile} from '../../../storage/storage.ts';
import type {BlobType} from '../blob-type.ts';
import type {OpenRepository} from '../open-repository.ts';
import type {BlobsOfPack} from '../read/blobs-of-pack.ts';
import type {BlobOwner, SlotFiller} from '../read/slot-filler.ts';
import type {PackFacts} from './check-index.ts';
import type {TreeFacts} from './tree-facts.ts';

/** `isWhole`: everything of it has a place in a slot. `isSound`: and nothing is known to be wrong. `file`: where other threads read it, to be closed after the last blob. */
export type PackReading = BlobOwner & {pack: number; isWhole: boolean; isSound: boolean; file?: OpenedFile};

export type ReadPack = {
	repository: OpenRepository;
	facts: PackFacts;
	trees: TreeFacts;
	/** All blobs of the pack by the index. */
	blobs: BlobsOfPack;
	reading: PackReading;
	fillers: Record<BlobType, SlotFiller<PackReading>>;
	/** Told of a file that was opened. */
	onFile: (file: OpenedFile) => void;
};

/** Brings a pack's blobs into slots and looks at its header. False, before anything is read, for one that is not by the index as packs are. @throws RepositoryDamaged and ObjectNotFound, as the storage does */
export async function readPack(options: ReadPack, signal: AbortSignal): Promise<boolean> {
	const {repository, facts, blobs, reading, onFile} = options;
	const size = facts.listed.at(blobs.pack);
	const end = endOfRow(blobs);
	if (end < 0 || size !== end + headerBytes(blobs)) return false;
	const key = keyOfPack(facts, blobs.pack);
	const rest = Buffer.alloc(size - end);
	if (repository.storage.openFile) {
		const file = await repository.storage.openFile(key, signal, {offset: 0, length: size});
		onFile(file);
		if (!readFully(file.fd, rest, end)) reading.isSound = false;
		else await handOverFile(options, file, signal);
	} else {
		const room = new PackRoom(options, signal);
		await streamBlobs(repository.storage, key, blobs, {first: 0, end: blobs.length, offset: 0, length: end, isLarge: false}, reading, room, signal, rest);
		await room.finishLarge();
	}
	if (!isHeaderOf(repository, rest, blobs)) reading.isSound = false;
	return true;
}

/** Leaves it to whoever works on a slot to read its blobs. */
async function handOverFile({repository, trees, blobs, reading, fillers}: ReadPack, {fd}: OpenedFile, signal: AbortSignal): Promise<void> {
	for (let at = 0; at < blobs.length; at++) {
		signal.throwIfAborted();
		const [length, uncompressed, id, place] = [blobs.lengthOf(at), blobs.uncompressedOf(at), blobs.idOf(at), {fd, position: blobs.offsetOf(at)}];
		if (!isLargeBlob(length, uncompressed)) {
			await fillers[blobs.typeOf(at)].refer(reading, at, length, uncompressed, id, place);
			continue;
		}
		const sealed = Buffer.allocUnsafeSlow(length);
		const isSound = readFully(fd, sealed, place.position) && (await proveLargeBlob(repository, trees, {type: blobs.typeOf(at), sealed, uncompressed, id}, signal));
		if (!isSound) reading.isSound = false;
	}
}

/** Where the bytes of a stream go: into slots by their type, but for blobs that are too large for one. */
class PackRoom {
	readonly #options: ReadPack;
	readonly #signal: AbortSignal;
	#large: {type: BlobType; sealed: Buffer; uncompressed: number; id: Uint8Array} | undefined;

	constructor(options: ReadPack, signal: AbortSignal) {
		this.#options = options;
		this.#signal = signal;
	}

	async room(owner: PackReading, at: number, length: number, uncompressed: number, id: Uint8Array): Promise<Uint8Array> {
		await this.finishLarge();
		const {blobs, fillers} = this.#options;
		const type = blobs.typeOf(at);
		if (!isLargeBlob(length, uncompressed)) return fillers[type].room(owner, at, length, uncompressed, id);
		this.#large = {type, sealed: Buffer.allocUnsafeSlow(length), uncompressed, id};
		return this.#large.sealed;
	}

	/** To be called when all bytes have come. */
	async finishLarge(): Promise<void> {
		const large = this.#large;
		this.#large = undefined;
		const {repository, trees, reading} = this.#options;
		if (large && !(await proveLargeBlob(repository, trees, large, this.#signal))) reading.isSound = false;
	}
}

/** Where the blobs end that fill a pack from its start without gaps; -1 when they do not. */
function endOfRow(blobs: BlobsOfPack): number {
	let end = 0;
	for (let at = 0; at < blobs.length; at++) {
		if (blobs.offsetOf(at) !== end) return -1;
		end += blobs.lengthOf(at);
	}
	return end === 0 ? -1 : end;
}

function isHeaderOf({sealer}: OpenRepository, rest: Buffer, blobs: BlobsOfPack): boolean {
	const headerEnd = rest.length - headerLengthBytes;
	if (rest.readUInt32LE(headerEnd) !== headerEnd) return false;
	const header = sealer.tryOpen(rest.subarray(0, headerEnd));
	if (!header) return false;
	const entries = new PackEntries();
	try {
		readPackHeader(header, entries, '');
	} catch (error) {
		if (isDamage(error)) return false;
		throw error;
	}
	if (entries.count !== blobs.length) return false;
	for (let at = 0; at < entries.count; at++) {
		if (entries.typeOf(at) !== blobs.typeOf(at) || entries.offsetOf(at) !== blobs.offsetOf(at) || entries.lengthOf(at) !== blobs.lengthOf(at)) return false;
		if (entries.uncompressedOf(at) !== blobs.uncompressedOf(at) || !sameId(entries.ids, at * idLength, blobs.idOf(at), 0)) return false;
	}
	return true;
}

function headerBytes(blobs: BlobsOfPack): number {
	let bytes = packOverhead;
	for (let at = 0; at < blobs.length; at++) bytes += headerEntryBytes(blobs.uncompressedOf(at) !== 0);
	return bytes;
}

export const keyOfPack = ({index}: PackFacts, pack: number): string => packKey(idToHex(index.packs.ids.idOf(pack)));
