import type {BlobPlace} from '../../repository/repository.ts';
import type {DirectoryPlace} from '../file-system/directory-cache.ts';
import {BlobsAtHand} from './blobs-at-hand.ts';
import {fetchJobs} from './fetch-jobs.ts';
import type {FileWork} from './file-work.ts';
import {FileWriter} from './file-writer.ts';
import {finishDirectory} from './finish-directory.ts';
import type {LeftDirectory} from './finish-directory.ts';
import {JobTable} from './job-table.ts';
import {linkFile} from './link-file.ts';
import type {LinkWork} from './link-file.ts';
import type {KeptMetadata} from './kept-metadata.ts';
import type {RestoreRun} from './restore-run.ts';

/** What is planned before it is fetched: enough to read packs in long ranges, little enough for memory to stay flat. Twice as much exists at a time. */
export type SegmentLimits = {files: number; blobs: number};

export const defaultLimits: SegmentLimits = {files: 3072, blobs: 24_576};

/** An entry whose content is complete. */
type Placed = {place: DirectoryPlace; node: Pick<KeptMetadata, 'name' | 'mtimeNs' | 'atimeNs'>};

/** What one stretch holds. */
class Stretch {
	readonly jobs: JobTable;
	files: FileWork[] = [];
	links: LinkWork[] = [];
	complete: Placed[] = [];
	/** Children before their parents. */
	left: LeftDirectory[] = [];

	constructor(limits: SegmentLimits) {
		this.jobs = new JobTable(limits.blobs);
	}

	get length(): number {
		return this.files.length + this.links.length + this.complete.length + this.left.length;
	}
}

/**
A stretch of the restore. The walk plans work into it; `flush` begins to fetch its blobs pack by pack, while the walk plans the next one. When all is on disk, and only
then, times are set: a file with the archive's time is complete even when the node has crashed, which is what a repeated restore goes by.
*/
export class Segment {
	readonly #run: RestoreRun;
	readonly #writer: FileWriter;
	readonly #atHand = new BlobsAtHand();
	readonly #stop = new AbortController();
	#planned: Stretch;
	#idle: Stretch;
	/** Entries of this stretch. The first are few: until they are planned nothing is fetched. */
	#most = 256;
	/** Directories whose last files go on in the next stretch. */
	#waiting: LeftDirectory[] = [];
	#working: Promise<void> = Promise.resolve();

	constructor(run: RestoreRun) {
		this.#run = run;
		this.#writer = new FileWriter(run);
		this.#planned = new Stretch(run.context.limits);
		this.#idle = new Stretch(run.context.limits);
	}

	get isFull(): boolean {
		return this.#planned.length >= Math.min(this.#most, this.#run.context.limits.files);
	}

	/** Whether what has been planned so far has to be worked off before another blob: the file being planned then goes on in the next stretch. */
	get needsFlush(): boolean {
		return this.#planned.jobs.isFull;
	}

	/** @throws what the work on an earlier stretch has failed with */
	throwIfFailed(): void {
		this.#stop.signal.throwIfAborted();
	}

	/** Plans one blob of a file, which belongs at `position`. */
	addBlob(work: FileWork, {pack, offset, blob}: BlobPlace, position: number): void {
		const {files, jobs} = this.#planned;
		if (files.length === 0 || files[files.length - 1] !== work) files.push(work);
		work.pending++;
		jobs.add({pack, offset, blob, file: files.length - 1, position});
	}

	/** All blobs of the file are planned. */
	endFile(work: FileWork): void {
		if (--work.pending === 0) this.#finish(work, this.#planned);
	}

	addLink(link: LinkWork): void {
		this.#planned.links.push(link);
	}

	/** An entry whose content needs nothing, but whose times do. */
	addTimes(placed: Placed): void {
		this.#planned.complete.push(placed);
	}

	leave(directory: LeftDirectory): void {
		this.#planned.left.push(directory);
	}

	/** Begins to work off what is planned, once the stretch before is done. */
	async flush(): Promise<void> {
		await this.#working;
		this.throwIfFailed();
		const stretch = this.#planned;
		this.#most *= 2;
		this.#planned = this.#idle;
		this.#idle = stretch;
		this.#working = this.#workOff(stretch).catch((error: unknown) => this.#stop.abort(error));
	}

	/** Works off everything. */
	async end(): Promise<void> {
		await this.flush();
		await this.#working;
		this.throwIfFailed();
	}

	/** Stops what is under way and closes files. */
	async close(): Promise<void> {
		if (!this.#stop.signal.aborted) this.#stop.abort();
		await this.#working;
		this.#writer.close();
	}

	async #workOff(stretch: Stretch): Promise<void> {
		const {fileSystem, signal, pace} = this.#run.context;
		const stopping = AbortSignal.any([signal, this.#stop.signal]);
		await fetchJobs(this.#run, {jobs: stretch.jobs, files: stretch.files, writer: this.#writer, atHand: this.#atHand, onComplete: work => this.#finish(work, stretch)}, stopping);
		const goesOn = stretch.files.some(({pending}) => pending > 0);
		stretch.jobs.clear();
		stretch.files = [];
		for (const link of stretch.links) {
			linkFile(this.#run, link);
			if (pace.due()) await pace.breathe();
		}
		stretch.links = [];
		stopping.throwIfAborted();

		if (stretch.complete.length > 0) await fileSystem.sync(this.#run.directories.open(this.#run.directories.root));
		for (const {place, node} of stretch.complete) {
			try {
				this.#run.directories.open(place).setTimes(node.name, node.atimeNs, node.mtimeNs);
			} catch (error) {
				this.#run.fault(place, node.name, 'TimesNotSet', error);
			}
			if (pace.due()) await pace.breathe();
		}
		stretch.complete = [];
		this.#waiting.push(...stretch.left);
		stretch.left = [];
		// A directory may get a mode that keeps us out; files that go on in the next stretch are still to be reached.
		if (goesOn) return;
		for (const directory of this.#waiting) finishDirectory(this.#run, directory);
		this.#waiting = [];
	}

	#finish(work: FileWork, stretch: Stretch): void {
		if (!this.#writer.complete(work)) return;
		this.#run.tally.filesRestored++;
		stretch.complete.push(work);
	}
}
