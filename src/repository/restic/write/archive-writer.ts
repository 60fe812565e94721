import {setImmediate} from 'node:timers/promises';
import {LazaretteError} from '../../../base/errors.ts';
import {idLength} from '../blob-id.ts';
import {createChunker} from '../chunker/create-chunker.ts';
import {IndexWriter} from '../index/index-writer.ts';
import {loadWriterIndex} from '../index/load-index.ts';
import {writeSnapshot} from '../snapshot-files.ts';
import {openParentDirectory} from '../tree/parent-directory.ts';
import {TreeSource} from '../tree/tree-source.ts';
import {BlobStore} from './blob-store.ts';
import {ContentCutter} from './content-cutter.ts';
import {KnownBlobs} from './known-blobs.ts';
import {TreeWriter} from './tree-writer.ts';
import {UploadQueue} from './upload-queue.ts';
import type {Archive} from '../../archive.ts';
import type {Node} from '../../node.ts';
import type {AddedTotals, ArchiveWriter, NextData, ParentDirectory, StartArchive, StoredContent} from '../../repository.ts';
import type {WriterIndex} from '../index/load-index.ts';
import type {HeldLock} from '../lock/held-lock.ts';
import type {OpenRepository} from '../open-repository.ts';

/** Work without a pause is bounded, so that uploads, lock refresh and signals get their turn. */
const sliceMs = 20;

/** Loads what writing needs of the index and begins an archive. The lock stays the caller's. */
export async function startArchive(repository: OpenRepository, lock: HeldLock, options: StartArchive, signal: AbortSignal): Promise<ArchiveWriter> {
	const writing = AbortSignal.any([signal, lock.signal]);
	const index = await loadWriterIndex(repository, writing);
	return new ResticArchiveWriter(repository, lock, index, options, writing);
}

/**
Order is what makes a crash harmless: packs are durable before an index file names them, index files before the snapshot that needs them. A run that
ends anywhere else leaves objects that nothing refers to.
*/
class ResticArchiveWriter implements ArchiveWriter {
	readonly parentRoot: ParentDirectory | undefined;
	readonly #repository: OpenRepository;
	readonly #lock: HeldLock;
	readonly #signal: AbortSignal;
	readonly #known: KnownBlobs;
	readonly #index: IndexWriter;
	readonly #uploads: UploadQueue;
	readonly #blobs: BlobStore;
	readonly #trees: TreeWriter;
	readonly #content: ContentCutter;
	#lastPauseMs: number;
	#state: 'open' | 'finished' | 'abandoned' = 'open';

	constructor(repository: OpenRepository, lock: HeldLock, index: WriterIndex, options: StartArchive, signal: AbortSignal) {
		const {storage, sealer, random, clock, config, compression, packSize, treeForm} = repository;
		this.#repository = repository;
		this.#lock = lock;
		this.#signal = signal;
		this.#known = new KnownBlobs(index);
		this.#index = new IndexWriter({storage, sealer, clock, version: config.version});
		this.#uploads = new UploadQueue({
			storage,
			signal,
			onDurable: async (pack, uploading) => {
				this.#index.add(pack);
				options.onStored?.(pack.file.size);
				if (this.#index.isDue) await this.#index.flush(uploading);
			},
		});
		this.#blobs = new BlobStore({
			sealer,
			random,
			scratchDirectory: storage.scratchDirectory,
			packSize,
			known: this.#known,
			compression,
			version: config.version,
			onPack: pack => this.#uploads.add(pack),
		});
		this.#trees = new TreeWriter({blobs: this.#blobs, form: treeForm, scratch: {directory: storage.scratchDirectory, random}});
		this.#content = new ContentCutter({
			chunker: createChunker(config),
			store: (plain, ids, at) => this.#blobs.storeData(plain, ids, at),
			pause: () => this.#pause(),
		});
		this.#lastPauseMs = clock.monotonicMs();
		const source = new TreeSource({storage, sealer, index});
		this.parentRoot = options.parent && openParentDirectory(options.parent.tree, {source, signal, onDamaged: treeId => this.#known.distrustTree(treeId)});
	}

	get added(): Readonly<AddedTotals> {
		return this.#blobs.added;
	}

	storeContent(fd: number, expectedSize: number, nextData?: NextData): StoredContent | Promise<StoredContent> {
		const pause = this.#pause();
		if (pause) return pause.then(() => this.storeContent(fd, expectedSize, nextData));
		return this.#content.storeSmall(fd, expectedSize) ?? this.#content.store(fd, expectedSize, nextData);
	}

	hasContent(content: Uint8Array): boolean {
		for (let at = 0; at < content.length; at += idLength) if (!this.#known.has('data', content, at)) return false;
		return true;
	}

	enterDirectory(): void {
		this.#throwIfEnded();
		this.#trees.enter();
	}

	addNode(node: Node): Promise<void> | void {
		this.#throwIfEnded();
		this.#trees.add(node);
		return this.#pause();
	}

	async leaveDirectory(): Promise<string> {
		await this.#pause();
		return this.#trees.leave();
	}

	async finish(archive: Omit<Archive, 'id' | 'tree'> & {tree: string}): Promise<Archive> {
		this.#throwIfEnded();
		if (this.#trees.depth > 0) throw new LazaretteError('Unexpected', `the archive can not be finished: ${this.#trees.depth} directories are still open`);
		this.#blobs.flush();
		await this.#uploads.drain();
		await this.#index.flush(this.#signal);
		await this.#lock.confirm(this.#signal);
		const written = await writeSnapshot(this.#repository, archive, this.#signal);
		this.#state = 'finished';
		return written;
	}

	async abandon(): Promise<void> {
		if (this.#state !== 'open') return;
		this.#state = 'abandoned';
		this.#trees.discard();
		this.#blobs.discard();
		await this.#uploads.cancel(abandoned());
	}

	/** A promise when the caller must wait: for uploads to catch up, or only for others to have their turn. */
	#pause(): Promise<void> | undefined {
		this.#throwIfEnded();
		if (this.#uploads.isOverBudget) return this.#uploads.room();
		const now = this.#repository.clock.monotonicMs();
		if (now - this.#lastPauseMs < sliceMs) return undefined;
		return setImmediate().then(() => void (this.#lastPauseMs = this.#repository.clock.monotonicMs()));
	}

	#throwIfEnded(): void {
		if (this.#state !== 'open') throw this.#state === 'abandoned' ? abandoned() : new LazaretteError('Unexpected', 'the archive is finished already');
		this.#signal.throwIfAborted();
		this.#uploads.throwIfFailed();
	}
}

const abandoned = (): LazaretteError => new LazaretteError('Cancelled', 'the archive was given up');
