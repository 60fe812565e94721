import {toLazaretteError} from '../../../../base/errors.ts';
import {idLength} from '../../blob-id.ts';
import {createChunker} from '../../chunker/create-chunker.ts';
import {ContentLane} from './content-lane.ts';
import {DataStore, readTotals, totalsLength} from './data-store.ts';
import {FileCursor, cursorBytes} from './file-cursor.ts';
import {FileRing, ringBytes} from './file-ring.ts';
import {LargeFiles} from './large-files.ts';
import {isReadError, readError} from './read-error.ts';
import {ThreadCrew} from './thread-crew.ts';
import {ThreadSignals, signalBytes, stops} from './thread-signals.ts';
import type {ContentSink, NextData} from '../../../repository.ts';
import type {RepositoryConfig} from '../../files/config.ts';
import type {SharedIdSet} from '../../index/shared-id-set.ts';
import type {DataStoreOptions, DataTotals} from './data-store.ts';

export type ContentPoolOptions = Omit<DataStoreOptions, 'known' | 'totals' | 'version' | 'packPrefix'> & {
	known: SharedIdSet;
	config: Pick<RepositoryConfig, 'version' | 'polynomial' | 'chunker'>;
	/** Asked once, when there is enough to do for more than one thread. */
	threads: () => number;
	/** Program of the threads; for tests. */
	threadEntry?: URL;
	/** Milliseconds, of which only differences mean anything. */
	now: () => number;
	/** Throws when the archive has ended. A promise when storing has to wait until uploads have caught up. */
	hold: () => Promise<void> | undefined;
};

/** Content that is worth another thread's start. */
const startBytes = 4 * 1024 * 1024;
const startFiles = 64;

/** A shorter file is stored sooner than handed over. */
const ringFrom = 512;

/** Work without a pause is bounded, so that uploads, lock refresh and signals get their turn. */
const sliceMs = 20;
const lockPatienceMs = 5;

/**
Stores what open files hold, on all threads. Small files go through a ring to the other threads; while that is full, and in the end, the main thread stores
files itself. A large file lies under a cursor, from which every thread cuts the next piece. No byte of content passes between threads: shared are
descriptors, IDs, and the set of what is known. Without other threads all is the same, only slower.
*/
export class ContentPool {
	readonly #options: ContentPoolOptions;
	readonly #memory = {signals: new SharedArrayBuffer(signalBytes), ring: new SharedArrayBuffer(ringBytes), cursor: new SharedArrayBuffer(cursorBytes)};
	readonly #signals = new ThreadSignals(this.#memory.signals);
	readonly #ring = new FileRing(this.#memory.ring);
	readonly #cursor = new FileCursor(this.#memory.cursor);
	readonly #totals = new Float64Array(totalsLength);
	readonly #store: DataStore;
	readonly #lane: ContentLane;
	readonly #large: LargeFiles;
	readonly #crew: ThreadCrew;
	/** Of the files in the ring, in its order. */
	readonly #inRing: ContentSink[] = [];
	readonly #id = new Uint8Array(idLength);
	#unstarted = {bytes: startBytes, files: startFiles, isStarted: false};
	#isScheduled = false;
	#failure: {error: unknown} | undefined;

	constructor(options: ContentPoolOptions) {
		const {config, random, known, packSize, scratchDirectory, compression, verify, onPack} = options;
		this.#options = options;
		this.#store = new DataStore({...options, version: config.version, totals: this.#totals});
		this.#lane = new ContentLane({chunker: createChunker(config), store: (plain, ids, at) => this.#store.store(plain, ids, at)});
		this.#large = new LargeFiles(this.#cursor, this.#lane.longestSmall);
		const {version, polynomial, chunker} = config;
		this.#crew = new ThreadCrew({
			data: {...this.#memory, known: known.share(), key: options.sealer.key, config: {version, polynomial, chunker}, packSize, scratchDirectory, compression, verify},
			random,
			...(options.threadEntry && {entry: options.threadEntry}),
			onPack: pack => {
				onPack(pack);
				this.#guarded(() => void this.#holds());
			},
			onDone: () => this.#schedule(),
			onFailure: error => this.#fail(error),
		});
	}

	get totals(): DataTotals {
		return [readTotals(this.#totals), ...this.#crew.totals].reduce((sum, {blobs, bytes, storedBytes}) => ({blobs: sum.blobs + blobs, bytes: sum.bytes + bytes, storedBytes: sum.storedBytes + storedBytes}));
	}

	/** See `ArchiveWriter.storeContent`. */
	storeContent(fd: number, expectedSize: number, sink: ContentSink, nextData?: NextData): void {
		this.throwIfFailed();
		if (expectedSize > 0) this.#startThreads(expectedSize);
		if (expectedSize > this.#lane.longestSmall) this.#storeLarge(fd, expectedSize, sink, nextData);
		else {
			this.#collect();
			// A sink may have ended the run: what is handed over from then on nobody takes over any more.
			this.throwIfFailed();
			if (expectedSize >= ringFrom && this.#signals.ready > 0 && this.#ring.offer(fd, expectedSize)) {
				this.#inRing.push(sink);
				this.#signals.wake();
				this.#schedule();
			} else this.#storeHere(fd, expectedSize, sink, nextData);
		}
	}

	/** For when all content was stored: closes the open packs of all threads and ends these. */
	async flush(): Promise<void> {
		this.#signals.tellStop(stops.finish);
		await this.#crew.ended();
		this.throwIfFailed();
		this.#store.flush();
	}

	/** Gives up: resolves when no thread runs any more. The open packs are gone. */
	async discard(reason: unknown): Promise<void> {
		this.#fail(reason);
		this.#store.discard();
		await this.#crew.ended();
	}

	/** For after `discard`, when nothing is to be uploaded any more: deletes what threads that died have left. */
	sweep(): void {
		this.#crew.sweep();
	}

	/** Nothing more is to be stored; who waits for content learns why at once, though a thread may still be reading. */
	stop(reason: unknown): void {
		this.#fail(reason);
	}

	throwIfFailed(): void {
		if (this.#failure) throw this.#failure.error;
	}

	#storeHere(fd: number, expectedSize: number, sink: ContentSink, nextData: NextData | undefined): void {
		let size: number;
		try {
			size = this.#lane.storeSmall(fd, expectedSize, this.#id, 0);
		} catch (error) {
			// The scratch directory's faults are nobody's file's: what could not be stored counts as known already, and no other file may refer to it.
			if (!isReadError(error)) this.#fail(error);
			sink.failed(error);
			return;
		}
		if (size < 0) this.#storeLarge(fd, expectedSize, sink, nextData);
		else sink.stored(this.#id, 0, size > 0 ? idLength : 0, size);
	}

	#storeLarge(fd: number, expectedSize: number, sink: ContentSink, nextData: NextData | undefined): void {
		this.#large.add({fd, expectedSize, nextData, sink});
		this.#attend();
		this.#schedule();
	}

	#startThreads(expectedSize: number): void {
		const left = this.#unstarted;
		if (left.isStarted || ((left.bytes -= expectedSize) > 0 && --left.files > 0)) return;
		left.isStarted = true;
		this.#crew.start(this.#options.threads());
	}

	/** Takes over what other threads have done; true when there was anything. */
	#collect(): boolean {
		let isNew = false;
		const ring = this.#ring;
		for (let slot = this.#inRing.length > 0 ? ring.done() : -1; slot >= 0; slot = this.#inRing.length > 0 ? ring.done() : -1) {
			isNew = true;
			const sink = this.#inRing.shift()!;
			const outcome = ring.outcomeOf(slot);
			const fd = ring.fdOf(slot);
			const expectedSize = ring.sizeOf(slot);
			for (let at = 0, from = ring.idAt(slot); at < idLength; at++) this.#id[at] = ring.ids[from + at]!;
			ring.free(slot);
			if (outcome === 'tooLarge') this.#large.add({fd, expectedSize, nextData: undefined, sink});
			else if (typeof outcome === 'number') sink.stored(this.#id, 0, outcome > 0 ? idLength : 0, outcome);
			else sink.failed(readError(outcome.errno));
		}
		return this.#attend() || isNew;
	}

	#attend(): boolean {
		if (this.#large.isEmpty || !this.#large.attend()) return false;
		this.#signals.wake();
		return true;
	}

	get #isIdle(): boolean {
		return this.#inRing.length === 0 && this.#large.isEmpty;
	}

	#schedule(): void {
		if (this.#isScheduled || this.#failure) return;
		this.#isScheduled = true;
		setImmediate(() => {
			this.#isScheduled = false;
			this.#guarded(() => this.#help());
		});
	}

	/** For what the event loop calls: nobody else would see it throw. */
	#guarded(work: () => void): void {
		try {
			work();
		} catch (error) {
			this.#fail(error);
		}
	}

	/** Whether all have to wait until uploads have caught up. */
	#holds(): boolean {
		const room = this.#options.hold();
		if (!room) return false;
		this.#signals.hold(true);
		void this.#waitFor(room);
		return true;
	}

	async #waitFor(room: Promise<void>): Promise<void> {
		try {
			await room;
			this.#signals.hold(false);
			this.#schedule();
		} catch (error) {
			this.#fail(error);
		}
	}

	/** What the event loop does while the walk waits: one slice of the same work as the other threads. */
	#help(): void {
		if (this.#failure || this.#holds()) return;
		const until = this.#options.now() + sliceMs;
		for (;;) {
			const worked = this.#work();
			const hasNews = this.#collect();
			if (this.#isIdle) return;
			if (worked === 'nothing') return this.#wait();
			// With news the walk may be able to go on and find work for the other threads, which is worth more than our own.
			if (hasNews || worked === 'locked' || this.#options.now() >= until) return this.#schedule();
		}
	}

	#work(): 'stored' | 'nothing' | 'locked' {
		// The other threads look at the ring first, so that all find something.
		const advanced = this.#large.isEmpty ? 'nothing' : this.#lane.advance(this.#cursor, lockPatienceMs);
		return advanced !== 'stored' && this.#lane.takeFromRing(this.#ring) ? 'stored' : advanced;
	}

	/** Others work on all there is: the last of it sends a message. */
	#wait(): void {
		this.#signals.waitInMain();
		// What was done a moment before nobody sends a message for.
		if (this.#collect() || this.#large.isHeldUp) this.#schedule();
	}

	#fail(error: unknown): void {
		this.#failure ??= {error};
		this.#signals.tellStop(stops.abandon);
		// Whatever it is, an upload's own read error for example, it must not look like that of a file.
		const ended = toLazaretteError(error);
		for (const sink of this.#inRing.splice(0)) sink.failed(ended);
		this.#large.fail(ended);
	}
}
