import type {Node} from '../../repository/node.ts';
import type {DirectoryPlace} from '../file-system/directory-cache.ts';
import {fetchJobs} from './fetch-jobs.ts';
import type {FileWork} from './file-work.ts';
import {FileWriter} from './file-writer.ts';
import {finishDirectory} from './finish-directory.ts';
import type {LeftDirectory} from './finish-directory.ts';
import {JobTable} from './job-table.ts';
import type {Job} from './job-table.ts';
import {linkFile} from './link-file.ts';
import type {LinkWork} from './link-file.ts';
import type {RestoreRun} from './restore-run.ts';

/** What is planned before it is fetched: enough to read packs in long ranges, little enough for memory to stay flat. */
export type SegmentLimits = {files: number; blobs: number};

export const defaultLimits: SegmentLimits = {files: 8192, blobs: 65_536};

/** An entry whose content is complete. */
type Placed = {place: DirectoryPlace; node: Node};

/**
A stretch of the restore. The walk plans work into it; `flush` fetches blobs pack by pack, waits until they are on disk, and only then sets times: a file with the
archive's time is complete even when the node has crashed, which is what a repeated restore goes by.
*/
export class Segment {
	readonly #run: RestoreRun;
	readonly #writer: FileWriter;
	readonly #jobs: JobTable;
	#files: FileWork[] = [];
	#links: LinkWork[] = [];
	#complete: Placed[] = [];
	/** Children before their parents. */
	#left: LeftDirectory[] = [];

	constructor(run: RestoreRun) {
		this.#run = run;
		this.#writer = new FileWriter(run);
		this.#jobs = new JobTable(run.context.limits.blobs);
	}

	get isFull(): boolean {
		return this.#files.length + this.#links.length + this.#complete.length + this.#left.length >= this.#run.context.limits.files;
	}

	/** Plans one blob of a file. May work off what has been planned so far, when the table is full: the file then goes on in the next stretch. */
	async addBlob(work: FileWork, job: Omit<Job, 'file'>): Promise<void> {
		if (this.#jobs.isFull) await this.flush();
		if (this.#files.at(-1) !== work) this.#files.push(work);
		work.pending++;
		this.#jobs.add({...job, file: this.#files.length - 1});
	}

	/** All blobs of the file are planned. */
	endFile(work: FileWork): void {
		if (--work.pending === 0) this.#finish(work);
	}

	addLink(link: LinkWork): void {
		this.#links.push(link);
	}

	/** An entry whose content needs nothing, but whose times do. */
	addTimes(placed: Placed): void {
		this.#complete.push(placed);
	}

	leave(directory: LeftDirectory): void {
		this.#left.push(directory);
	}

	async flush(): Promise<void> {
		const {fileSystem, signal} = this.#run.context;
		await fetchJobs(this.#run, this.#jobs, this.#files, this.#writer, work => this.#finish(work));
		this.#jobs.clear();
		this.#files = this.#files.filter(({pending}) => pending > 0);
		for (const link of this.#links) linkFile(this.#run, link);
		this.#links = [];
		signal.throwIfAborted();

		if (this.#complete.length > 0) await fileSystem.sync(this.#run.directories.open(this.#run.directories.root));
		for (const {place, node} of this.#complete) {
			this.#run.attempt(place, node.name, 'TimesNotSet', () => this.#run.directories.open(place).setTimes(node.name, node.atimeNs, node.mtimeNs));
		}
		this.#complete = [];
		// A directory may get a mode that keeps us out; files that go on in the next stretch are still to be reached.
		if (this.#files.length > 0) return;
		for (const directory of this.#left) finishDirectory(this.#run, directory);
		this.#left = [];
	}

	/** Closes files after a failure. */
	close(): void {
		this.#writer.close();
	}

	#finish(work: FileWork): void {
		if (!this.#writer.complete(work)) return;
		this.#run.tally.filesRestored++;
		this.#complete.push({place: work.place, node: work.node});
	}
}
