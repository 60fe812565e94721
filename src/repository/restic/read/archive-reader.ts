import {LazaretteError} from '../../../base/errors.ts';
import {idToHex} from '../blob-id.ts';
import {packKey} from '../files/object-keys.ts';
import {loadFullIndex} from '../index/load-index.ts';
import {blobFault} from '../opening/blob-fault.ts';
import {faults} from '../opening/blob-opener.ts';
import {OpeningCrew} from '../opening/opening-crew.ts';
import {tasks} from '../opening/slot.ts';
import {TreeSource} from '../tree/tree-source.ts';
import {BlobsOfPack} from './blobs-of-pack.ts';
import {openBlob} from './open-blob.ts';
import {planRuns} from './plan-runs.ts';
import {PackFiles, referToBlobs} from './refer-to-blobs.ts';
import {SlotFiller} from './slot-filler.ts';
import {streamBlobs} from './stream-blobs.ts';
import type {Archive} from '../../archive.ts';
import type {Node} from '../../node.ts';
import type {ArchiveReader, BlobPlace, BlobTarget, BlobWriting, PackPart, TreeNodes} from '../../repository.ts';
import type {FullIndex} from '../index/load-index.ts';
import type {OpenRepository} from '../open-repository.ts';
import type {Run} from './plan-runs.ts';
import type {RunReading} from './refer-to-blobs.ts';
import type {OnBlob} from './slot-filler.ts';

/** Packs read at the same time: while one waits for the store, the other's bytes are worked on. */
const lanes = 2;
/** Bytes that nobody wants are fetched along, rather than asking twice, up to this many in a row. */
const maxGap = 512 * 1024;
/** Content that is worth another thread's start. */
const startBytes = 4 * 1024 * 1024;

/** `lock` aborts when the repository may be changed by others from then on. */
export async function openArchiveReader(repository: OpenRepository, archive: Archive, lock: AbortSignal, signal: AbortSignal): Promise<ArchiveReader> {
	return new ResticArchiveReader(repository, archive, await loadFullIndex(repository, AbortSignal.any([signal, lock])), lock);
}

/** Some of a part being read. */
type Reading<Part> = RunReading & {part: Part};

/** `target` is the file that it was to be written into. */
type Unread<Part> = {reading: Reading<Part>; at: number; target: BlobTarget | undefined};

class ResticArchiveReader implements ArchiveReader {
	readonly archive: Archive;
	readonly #repository: OpenRepository;
	readonly #index: FullIndex;
	readonly #trees: TreeSource;
	readonly #lock: AbortSignal;
	/** The signal that a caller gave last, which is always the same one, with the lock's. */
	#last: {given: AbortSignal; both: AbortSignal} | undefined;
	#crew: OpeningCrew | undefined;

	constructor(repository: OpenRepository, archive: Archive, index: FullIndex, lock: AbortSignal) {
		this.archive = archive;
		this.#repository = repository;
		this.#index = index;
		this.#lock = lock;
		this.#trees = new TreeSource({...repository, index});
	}

	readTree(treeId: string, signal: AbortSignal): TreeNodes {
		const batches = (): AsyncGenerator<Node[]> => this.#trees.batches(treeId, this.#withLock(signal));
		return {
			batches,
			async *[Symbol.asyncIterator]() {
				for await (const nodes of batches()) yield* nodes;
			},
		};
	}

	locate(id: Uint8Array): BlobPlace {
		const {data} = this.#index;
		const blob = data.find(id);
		if (blob < 0) {
			throw new LazaretteError('RepositoryDamaged', `blob ${idToHex(id)} is in no index: an archive refers to it, but nothing says where it is`, {hint: 'run a check to see which files need it'});
		}
		return {pack: data.packOf(blob), blob, offset: data.offsetOf(blob), plainLength: data.plainLengthOf(blob)};
	}

	async readBlobs<Part extends PackPart>(parts: Iterable<Part>, consume: (part: Part, at: number, bytes: Uint8Array) => void, signal: AbortSignal, writing?: BlobWriting<Part>): Promise<void> {
		const {storage, sealer} = this.#repository;
		this.#crew ??= new OpeningCrew(sealer.key, {lanes, startBytes});
		const crew = this.#crew;
		const stop = new AbortController();
		const stopping = AbortSignal.any([this.#withLock(signal), stop.signal]);
		const pending = parts[Symbol.iterator]();
		const fail = (error: unknown): void => stop.abort(error);
		const files = new PackFiles();
		/** What could not be read by descriptor. */
		const unread: Array<Unread<Part>> = [];

		const onBlob: OnBlob<Reading<Part>> = (reading, at, slot, number) => {
			stopping.throwIfAborted();
			const {part, key, blobs} = reading;
			const fault = slot.faultOf(number);
			if (fault === faults.unread) unread.push({reading, at, target: slot.targetOf(number)});
			else if (fault !== faults.none) throw blobFault(fault, nameOf(blobs, at, key), blobs.lengthOf(at));
			else if (writing && slot.isWritten(number)) writing.wrote(part, at, {length: slot.plainLengthOf(number), ...slot.writtenOf(number)});
			else consume(part, at, slot.plainOf(number));
			files.closeIfDone(reading);
		};
		const lane = async (): Promise<void> => {
			const filler = new SlotFiller<Reading<Part>>(crew, tasks.open, onBlob, writing && (({part}, at) => writing.target(part, at)));
			for (let next = pending.next(); !next.done; next = pending.next()) {
				const part = next.value;
				const blobs = new BlobsOfPack(this.#index, part.pack, part.blobs);
				const key = packKey(idToHex(this.#index.packs.ids.idOf(part.pack)));
				for (const run of planRuns(blobs, maxGap)) {
					const reading: Reading<Part> = {part, key, blobs, pending: 0};
					if (run.isLarge) consume(part, run.first, await this.#largeBlob(reading, run, stopping));
					else if (storage.openFile) await referToBlobs(storage, reading, run, {filler, files}, stopping);
					else await streamBlobs(storage, key, blobs, run, reading, filler, stopping);
				}
			}
			filler.flush();
		};
		/** The ordinary way, which tries again and says what is wrong. */
		const readAgain = async (): Promise<void> => {
			for (const {reading: {part, key, blobs}, at, target} of unread.splice(0)) {
				const filler = new SlotFiller<Reading<Part>>(crew, tasks.open, onBlob, () => target);
				const run = {first: at, end: at + 1, offset: blobs.offsetOf(at), length: blobs.lengthOf(at), isLarge: false};
				await streamBlobs(storage, key, blobs, run, {part, key, blobs, pending: 0}, filler, stopping);
				filler.flush();
			}
			await crew.drain();
		};
		// All lanes have ended before anything is closed; the first failure has stopped the others, whose own are its echo.
		await Promise.allSettled(Array.from({length: lanes}, async () => lane().catch(fail)));
		if (!stop.signal.aborted) await crew.drain().catch(fail);
		if (!stop.signal.aborted && unread.length > 0) await readAgain().catch(fail);
		if (!stop.signal.aborted) return;
		// What is still on its way belongs to a run that has failed. No thread may read on from a descriptor that is another file's by then.
		this.#crew = undefined;
		await crew.close();
		files.close();
		throw stop.signal.reason;
	}

	async close(): Promise<void> {
		const crew = this.#crew;
		this.#crew = undefined;
		await crew?.close();
	}

	#withLock(given: AbortSignal): AbortSignal {
		if (this.#last?.given !== given) this.#last = {given, both: AbortSignal.any([given, this.#lock])};
		return this.#last.both;
	}

	async #largeBlob({key, blobs}: {key: string; blobs: BlobsOfPack}, {first, offset, length}: Run, signal: AbortSignal): Promise<Uint8Array> {
		const {storage, sealer} = this.#repository;
		const sealed = await storage.get(key, signal, {offset, length});
		return openBlob(sealer, sealed, blobs.uncompressedOf(first), idToHex(blobs.idOf(first)), nameOf(blobs, first, key));
	}
}

const nameOf = (blobs: BlobsOfPack, at: number, key: string): string => `blob ${idToHex(blobs.idOf(at))} in ${key}`;
