import {LazaretteError} from '../../base/errors.ts';
import {namesOf} from '../file-system/directory-cache.ts';
import {printablePath} from '../file-system/printable-path.ts';
import {systemError} from '../file-system/system-error.ts';
import type {BlobTarget} from '../../repository/repository.ts';
import type {FileWork} from './file-work.ts';
import type {RestoreRun} from './restore-run.ts';
import {dataRuns} from '../../base/zero-runs.ts';

/** Files kept open while their blobs come from several packs. */
const mostOpen = 64;
/** Blobs in the hands of threads, each of which may keep a further file open: a process may have 1024 in some containers. */
const mostLent = 512;

/** Writes blobs into files in whatever order they come, and completes each file when its last blob is there. */
export class FileWriter {
	readonly #run: RestoreRun;
	/** In order of use, the oldest first. */
	readonly #open = new Map<FileWork, number>();
	#lent = 0;

	constructor(run: RestoreRun) {
		this.#run = run;
	}

	write(work: FileWork, position: number, bytes: Uint8Array): void {
		if (work.state === 'failed') return;
		const {fileSystem} = this.#run.context;
		this.#attempt(work, () => {
			const fd = this.#begin(work);
			if (!work.fresh) {
				fileSystem.write(fd, bytes, position);
				work.end = Math.max(work.end, position + bytes.length);
				return;
			}
			const runs = dataRuns(bytes, position);
			for (let run = 0; run < runs.length; run += 2) {
				fileSystem.write(fd, bytes.subarray(runs[run], runs[run + 1]), position + runs[run]!);
				work.end = Math.max(work.end, position + runs[run + 1]!);
			}
		});
	}

	/** Lets a thread write the blob that belongs at `position`; undefined when it has to be handed to `write`. */
	lend(work: FileWork, position: number): BlobTarget | undefined {
		if (work.state === 'failed' || this.#lent === mostLent) return undefined;
		let fd = -1;
		if (!this.#attempt(work, () => void (fd = this.#begin(work)))) return undefined;
		work.lent++;
		this.#lent++;
		return {fd, position, sparse: work.fresh};
	}

	/** What has become of it: `end` is where in the file the last byte written by the thread ends. */
	takeBack(work: FileWork, end: number, errno: number): void {
		work.lent--;
		this.#lent--;
		if (work.state === 'failed') {
			this.#close(work);
			return;
		}
		work.end = Math.max(work.end, end);
		if (errno !== 0) {
			this.#attempt(work, () => {
				throw systemError(errno, 'write');
			});
		}
	}

	/** Gives a file whose content is complete its size, owner, attributes and mode; its times are set when all is on disk. False when it has failed. */
	complete(work: FileWork): boolean {
		if (work.state === 'failed') return false;
		const {fileSystem} = this.#run.context;
		const done = this.#attempt(work, () => {
			const fd = this.#begin(work);
			if (work.end !== work.size || !work.fresh) fileSystem.truncate(fd, work.size);
			const status = fileSystem.statusOf(fd);
			if (status.size !== work.size) throw wrongSize(work, status.size);
			const isBare = work.fresh && !this.#run.inheritsAttributes(work.place);
			this.#run.applyMetadata(work.place, work.node.name, fileSystem.entryOf(fd), status, work.node, isBare);
		});
		this.#close(work);
		return done;
	}

	/** Closes what is still open after a failure. */
	close(): void {
		for (const fd of this.#open.values()) this.#run.context.fileSystem.close(fd);
		this.#open.clear();
	}

	/** The open file, created at its first use. */
	#begin(work: FileWork): number {
		const cached = this.#open.get(work);
		if (cached !== undefined) {
			this.#open.delete(work);
			this.#open.set(work, cached);
			return cached;
		}
		const {fileSystem} = this.#run.context;
		const directory = this.#run.directories.open(work.place);
		const create = work.state === 'waiting' && work.fresh;
		const fd = create ? directory.createFile(work.node.name, this.#firstMode(work)) : directory.openForUpdate(work.node.name);
		this.#keep(work, fd);
		// What is written now may be more secret than what the old mode let others read.
		if (work.state === 'waiting' && !work.fresh) fileSystem.entryOf(fd).setMode(0o600);
		work.state = 'open';
		return fd;
	}

	/** That of the archive where it gives all others the same rights, whoever the owner will be; else nobody may look in before the owner is right. */
	#firstMode({place, node: {mode}}: FileWork): number {
		const others = mode & 0o007;
		const isSimple = mode <= 0o777 && (mode & 0o600) === 0o600 && (mode >> 3 & 0o007) === others;
		return isSimple && (others === 0 || !this.#run.inheritsAttributes(place)) ? mode : 0o600;
	}

	#keep(work: FileWork, fd: number): void {
		this.#open.set(work, fd);
		if (this.#open.size <= mostOpen + this.#lent) return;
		for (const oldest of this.#open.keys()) {
			if (oldest.lent > 0 || oldest === work) continue;
			this.#close(oldest);
			return;
		}
	}

	#close(work: FileWork): void {
		const fd = this.#open.get(work);
		// A number that is closed under a thread may mean another file by the time it writes.
		if (fd === undefined || work.lent > 0) return;
		this.#open.delete(work);
		this.#run.context.fileSystem.close(fd);
	}

	#attempt(work: FileWork, calls: () => void): boolean {
		if (this.#run.attempt(work.place, work.node.name, 'NotRestored', calls)) return true;
		work.state = 'failed';
		this.#close(work);
		return false;
	}
}

function wrongSize({place, node, size}: FileWork, found: number): LazaretteError {
	const path = printablePath(namesOf(place, node.name));
	return new LazaretteError('VerificationFailed', `${path} has ${found} bytes after it was written, not ${size}`, {hint: 'something else writes to the target: stop it and restore again', context: {path}});
}
