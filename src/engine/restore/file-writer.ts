import {LazaretteError} from '../../base/errors.ts';
import {namesOf} from '../file-system/directory-cache.ts';
import {printablePath} from '../file-system/printable-path.ts';
import {statusOfFacts} from '../file-system/status-of-facts.ts';
import {systemError} from '../file-system/system-error.ts';
import {noFacts} from '../../repository/entry-facts.ts';
import type {BlobTarget} from '../../repository/repository.ts';
import type {FileWork} from './file-work.ts';
import type {KeptMetadata} from './kept-metadata.ts';
import type {RestoreRun} from './restore-run.ts';
import {dataRuns} from '../../base/zero-runs.ts';

/** Files kept open while their blobs come from several packs. */
const mostOpen = 64;
/** Blobs in the hands of threads, each of which may keep a further file open: a process may have 1024 in some containers. */
const mostLent = 512;

/** Writes blobs into files in whatever order they come, and completes each file when its last blob is there. */
export class FileWriter {
	readonly #run: RestoreRun;
	/** Those with an open file, in order of use, the oldest first. */
	readonly #open = new Set<FileWork>();
	readonly #facts = noFacts();
	#lent = 0;

	constructor(run: RestoreRun) {
		this.#run = run;
	}

	write(work: FileWork, position: number, bytes: Uint8Array): void {
		if (work.state === 'failed') return;
		const {fileSystem} = this.#run.context;
		try {
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
		} catch (error) {
			this.#fail(work, error);
		}
	}

	/** Lets a thread write the blob that belongs at `position`; undefined when it has to be handed to `write`. */
	lend(work: FileWork, position: number): BlobTarget | undefined {
		if (work.state === 'failed' || this.#lent === mostLent) return undefined;
		try {
			const fd = this.#begin(work);
			work.lent++;
			this.#lent++;
			return {fd, position, sparse: work.fresh};
		} catch (error) {
			this.#fail(work, error);
			return undefined;
		}
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
		if (errno !== 0) this.#fail(work, systemError(errno, 'write'));
	}

	/** Gives a file whose content is complete its size, owner, attributes and mode; its times are set when all is on disk. False when it has failed. */
	complete(work: FileWork): boolean {
		if (work.state === 'failed') return false;
		const {fileSystem} = this.#run.context;
		try {
			const fd = this.#begin(work);
			if (work.end !== work.size || !work.fresh) fileSystem.truncate(fd, work.size);
			const facts = this.#facts;
			fileSystem.look(fd, facts);
			if (facts.size !== work.size) throw wrongSize(work, facts.size);
			const isBare = work.fresh && !this.#run.inheritsAttributes(work.place);
			if (!isBare || !this.#hasMetadata(work.node)) this.#run.applyMetadata(work.place, work.node.name, fileSystem.entryOf(fd), statusOfFacts(facts), work.node, isBare);
		} catch (error) {
			this.#fail(work, error);
			return false;
		}
		this.#close(work);
		return true;
	}

	/** Closes what is still open after a failure. */
	close(): void {
		for (const work of this.#open) {
			this.#run.context.fileSystem.close(work.fd);
			work.fd = -1;
		}
		this.#open.clear();
	}

	/** Whether a new file that was looked at is as the archive has it, as most are that were made with the right mode. */
	#hasMetadata({mode, uid, gid, extendedAttributes}: KeptMetadata): boolean {
		const {context: {ownership}} = this.#run;
		const facts = this.#facts;
		return !extendedAttributes && mode === facts.mode && mode <= 0o777 && (ownership === 'keep' || (uid === facts.uid && gid === facts.gid));
	}

	/** The open file, created at its first use. */
	#begin(work: FileWork): number {
		if (work.fd >= 0) {
			// Order matters only when there are too many.
			if (this.#open.size > mostOpen / 2) {
				this.#open.delete(work);
				this.#open.add(work);
			}
			return work.fd;
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
		work.fd = fd;
		this.#open.add(work);
		if (this.#open.size <= mostOpen + this.#lent) return;
		for (const oldest of this.#open) {
			if (oldest.lent > 0 || oldest === work) continue;
			this.#close(oldest);
			return;
		}
	}

	#close(work: FileWork): void {
		// A number that is closed under a thread may mean another file by the time it writes.
		if (work.fd < 0 || work.lent > 0) return;
		this.#open.delete(work);
		this.#run.context.fileSystem.close(work.fd);
		work.fd = -1;
	}

	#fail(work: FileWork, error: unknown): void {
		this.#run.fault(work.place, work.node.name, 'NotRestored', error);
		work.state = 'failed';
		this.#close(work);
	}
}

function wrongSize({place, node, size}: FileWork, found: number): LazaretteError {
	const path = printablePath(namesOf(place, node.name));
	return new LazaretteError('VerificationFailed', `${path} has ${found} bytes after it was written, not ${size}`, {hint: 'something else writes to the target: stop it and restore again', context: {path}});
}
