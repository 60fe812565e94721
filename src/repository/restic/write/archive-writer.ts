import {setImmediate} from 'node:timers/promises';
import {LazaretteError} from '../../../base/errors.ts';
import {idLength} from '../blob-id.ts';
import {IndexWriter} from '../index/index-writer.ts';
import {loadWriterIndex} from '../index/load-index.ts';
import {publishArchive} from '../publish-archive.ts';
import {NodeRuns} from '../tree/node-runs.ts';
import {ParentTree, openParentDirectory} from '../tree/parent-directory.ts';
import {StoredMatch} from '../tree/stored-match.ts';
import {StoredNode} from '../tree/stored-node.ts';
import {TreeSource} from '../tree/tree-source.ts';
import {BlobStore} from './blob-store.ts';
import {ContentPool} from './content/content-pool.ts';
import {machineLimits} from '../threads/machine-limits.ts';
import {planThreads} from '../threads/plan-threads.ts';
import {KnownBlobs} from './known-blobs.ts';
import {TreeWriter} from './tree-writer.ts';
import {UploadQueue} from './upload-queue.ts';
import type {Archive} from '../../archive.ts';
import type {WalkedEntry} from '../../entry-facts.ts';
import type {EntryOwner, EntryRun} from '../../entry-run.ts';
import type {Node} from '../../node.ts';
import type {AddedTotals, ArchiveWriter, ContentSink, NextData, ParentDirectory, ParentNode, StartArchive, StoredEntry, StoredRun} from '../../repository.ts';
import type {WriterIndex} from '../index/load-index.ts';
import type {StandingLock} from '../lock/stand-lock.ts';
import type {OpenRepository} from '../open-repository.ts';
import type {ClosedPack} from '../pack/pack-writer.ts';

/** Work without a pause is bounded, so that uploads, lock refresh and signals get their turn. */
const sliceMs = 20;

/** Loads what writing needs of the index and begins an archive. The lock stays the caller's; that nobody else's is in its way has to be certain only before anything can be seen. */
export async function startArchive(repository: OpenRepository, lock: StandingLock, options: StartArchive, signal: AbortSignal): Promise<ArchiveWriter> {
	const writing = AbortSignal.any([signal, lock.signal]);
	const index = await loadWriterIndex(repository, writing);
	return new ResticArchiveWriter(repository, lock, index, options, writing);
}

/**
Order is what makes a crash harmless: the lock is certain and packs are durable before an index file names them, index files before the snapshot that needs them. A run that
ends anywhere else leaves objects that nothing refers to.
*/
class ResticArchiveWriter implements ArchiveWriter {
	readonly parentRoot: ParentDirectory | undefined;
	readonly #repository: OpenRepository;
	readonly #lock: StandingLock;
	readonly #signal: AbortSignal;
	readonly #known: KnownBlobs;
	readonly #index: IndexWriter;
	readonly #uploads: UploadQueue;
	readonly #blobs: BlobStore;
	readonly #trees: TreeWriter;
	readonly #match: StoredMatch;
	#runs: NodeRuns | undefined;
	readonly #content: ContentPool;
	#lastPauseMs: number;
	#state: 'open' | 'finished' | 'abandoned' = 'open';

	constructor(repository: OpenRepository, lock: StandingLock, index: WriterIndex, options: StartArchive, signal: AbortSignal) {
		const {storage, sealer, random, clock, config, compression, packSize, verify = 'sample', treeForm, threads = 'auto'} = repository;
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
				if (!this.#index.isDue) return;
				await lock.held();
				await this.#index.flush(uploading);
			},
		});
		const packs = {sealer, random, scratchDirectory: storage.scratchDirectory, packSize, compression, onPack: (pack: ClosedPack) => this.#uploads.add(pack)};
		this.#blobs = new BlobStore({...packs, known: this.#known, version: config.version});
		this.#trees = new TreeWriter({blobs: this.#blobs, form: treeForm, scratch: {directory: storage.scratchDirectory, random}, known: this.#known});
		this.#match = new StoredMatch(treeForm, id => this.#known.has('data', id));
		this.#content = new ContentPool({
			...packs,
			known: index.data,
			config,
			verify,
			threads: () => (threads === 'auto' ? planThreads(machineLimits()) : threads),
			now: () => clock.monotonicMs(),
			hold: () => this.#hold(),
		});
		signal.addEventListener('abort', () => this.#content.stop(signal.reason), {once: true});
		this.#lastPauseMs = clock.monotonicMs();
		const source = new TreeSource({storage, sealer, index});
		this.parentRoot = options.parent && openParentDirectory(options.parent.tree, {source, signal, onDamaged: treeId => this.#known.distrustTree(treeId)});
	}

	get added(): Readonly<AddedTotals> {
		const data = this.#content.totals;
		const trees = this.#blobs.totals;
		return {dataBlobs: data.blobs, treeBlobs: trees.blobs, bytes: data.bytes + trees.bytes, storedBytes: data.storedBytes + trees.storedBytes};
	}

	storeContent(fd: number, expectedSize: number, sink: ContentSink, nextData?: NextData): void | Promise<void> {
		this.#throwIfEnded();
		this.#content.storeContent(fd, expectedSize, sink, nextData);
		return this.#uploads.isOverBudget ? this.#uploads.room() : this.#breath();
	}

	hasContent(content: Uint8Array): boolean {
		for (let at = 0; at < content.length; at += idLength) if (!this.#known.has('data', content, at)) return false;
		return true;
	}

	enterDirectory(parent?: ParentDirectory): void {
		this.#throwIfEnded();
		this.#trees.enter(parent instanceof ParentTree ? parent : undefined);
	}

	addNode(node: Node, previous?: ParentNode): Promise<void> | void {
		this.#throwIfEnded();
		const stored = previous?.stored;
		return this.#trees.add(node, stored instanceof StoredNode ? stored : undefined) ?? this.#pause();
	}

	addFile(entry: WalkedEntry, content: Uint8Array): boolean {
		return this.#trees.addFile(entry, content);
	}

	unchanged(entry: WalkedEntry, parent: ParentDirectory): StoredNode | undefined {
		return parent instanceof ParentTree ? parent.matching(entry, this.#match) : undefined;
	}

	unchangedRun(run: EntryRun, owner: EntryOwner, parent: ParentDirectory): StoredRun | undefined {
		if (!NodeRuns.isPossible || !(parent instanceof ParentTree)) return undefined;
		this.#runs ??= new NodeRuns(this.#repository.treeForm, (ids, at) => this.#known.has('data', ids, at));
		return parent.matchingRun(run, owner, this.#runs);
	}

	addStored(entry: StoredEntry): Promise<void> | void {
		if (!(entry instanceof StoredNode)) throw new LazaretteError('Unexpected', 'an entry of another repository cannot be added as it is stored');
		return this.#trees.addStored(entry);
	}

	async leaveDirectory(): Promise<string> {
		await this.#pause();
		return this.#trees.leave();
	}

	async finish(archive: Omit<Archive, 'id' | 'tree'> & {tree: string}): Promise<Archive> {
		this.#throwIfEnded();
		if (this.#trees.depth > 0) throw new LazaretteError('Unexpected', `the archive can not be finished: ${this.#trees.depth} directories are still open`);
		await this.#content.flush();
		this.#blobs.flush();
		await this.#uploads.drain();
		const lock = await this.#lock.held();
		await this.#index.flush(this.#signal);
		const written = await publishArchive(this.#repository, lock, archive, this.#signal);
		this.#state = 'finished';
		return written;
	}

	async abandon(): Promise<void> {
		if (this.#state !== 'open') return;
		this.#state = 'abandoned';
		this.#trees.discard();
		this.#blobs.discard();
		await this.#content.discard(abandoned());
		await this.#uploads.cancel(abandoned());
		this.#content.sweep();
	}

	/** A promise when the caller must wait: for uploads to catch up, or only for others to have their turn. */
	#pause(): Promise<void> | undefined {
		return this.#hold() ?? this.#breath();
	}

	#breath(): Promise<void> | undefined {
		const now = this.#repository.clock.monotonicMs();
		if (now - this.#lastPauseMs < sliceMs) return undefined;
		return setImmediate().then(() => void (this.#lastPauseMs = this.#repository.clock.monotonicMs()));
	}

	#hold(): Promise<void> | undefined {
		this.#throwIfEnded();
		return this.#uploads.isOverBudget ? this.#uploads.room() : undefined;
	}

	#throwIfEnded(): void {
		if (this.#state !== 'open') throw this.#state === 'abandoned' ? abandoned() : new LazaretteError('Unexpected', 'the archive is finished already');
		this.#signal.throwIfAborted();
		this.#uploads.throwIfFailed();
		this.#content.throwIfFailed();
	}
}

const abandoned = (): LazaretteError => new LazaretteError('Cancelled', 'the archive was given up');
