import {toLazaretteError} from '../../base/errors.ts';
import {noFacts} from '../../repository/entry-facts.ts';
import type {EntryFacts} from '../../repository/entry-facts.ts';
import type {ExtendedAttribute, Node} from '../../repository/node.ts';
import type {ArchiveWriter, ParentNode} from '../../repository/repository.ts';
import type {DirectoryPlace} from '../file-system/directory-cache.ts';
import type {Directory, FileSystem} from '../file-system/file-system.ts';
import type {NameList} from '../file-system/name-list.ts';
import {statusOfFacts} from '../file-system/status-of-facts.ts';
import {SystemError, systemCode} from '../file-system/system-error.ts';
import type {Identities} from './identities.ts';
import {makeNode} from './make-node.ts';
import type {NodeStream} from './node-stream.ts';
import {PendingFile, noContent} from './pending-file.ts';
import type {PendingFileOwner} from './pending-file.ts';
import {skipReason} from './skipped-entry.ts';
import type {SkipReason} from './skipped-entry.ts';
import type {Tally} from './tally.ts';
import {TrueSizes} from './true-sizes.ts';
import {isUnchanged, withIdentityOf} from './unchanged.ts';
import type {Comparison} from './unchanged.ts';

/** Contents under way at once; each keeps its file open. Enough for all threads of the writer to find work while the walk looks at a large directory. */
const mostUnderWay = 144;

export type TakeFileOptions = {
	fileSystem: FileSystem;
	writer: ArchiveWriter;
	stream: NodeStream;
	tally: Tally;
	identities: Identities;
	comparison: Comparison;
	withAtime: boolean;
	/** Something of the file is not in the archive as it is on the volume. */
	skip: (place: DirectoryPlace, name: Buffer, reason: SkipReason) => void;
};

/** A regular file where the walk has found it: the name at `index` of `names`, in `directory`, which lies at `place`. */
export type FoundFile = {
	place: DirectoryPlace;
	directory: Directory;
	names: NameList;
	index: number;
	facts: EntryFacts;
	/** It had none when its status was taken. */
	hasNoAttributes: boolean;
	/** Of that name in the parent archive. */
	previous: ParentNode | undefined;
};

/** Takes regular files into the archive: reads what has to be read, and adds each in its turn. */
export class FileTaker implements PendingFileOwner {
	readonly #options: TakeFileOptions;
	readonly #sizes = new TrueSizes();
	readonly #spare: PendingFile[] = [];
	readonly #after = noFacts();
	#underWay = 0;
	/** Settles when one of them is done. */
	#fewer: PromiseWithResolvers<void> | undefined;

	constructor(options: TakeFileOptions) {
		this.#options = options;
	}

	/**
	A promise means that the caller should wait before going on.
	@throws SystemError when the file cannot be opened, or is none any more
	*/
	take(found: FoundFile): void | Promise<void> {
		const {names, index, facts, previous, directory} = found;
		const file = this.#spare.pop() ?? new PendingFile(this);
		file.begin(found.place, names.bytes, names.startOf(index), names.endOf(index), facts, previous);
		try {
			if (previous && this.#isKnown(facts, previous)) return this.#keep(file, found, previous.content!, facts.size);
			if (facts.size === 0 && this.#sizes.areTrue(directory.fd, facts)) return this.#keep(file, found, noContent, 0);
			return this.#read(file, found);
		} catch (error) {
			// Nobody else has it unless it waits for its turn, and then the run is over.
			if (error instanceof SystemError) this.#release(file);
			throw error;
		}
	}

	/** Resolves when no file is being read any more, whatever became of it. */
	async idle(): Promise<void> {
		await this.#fewerThan(1);
	}

	/** A file that changed while it was read keeps the times it had before, so that the next run reads it again. */
	stored(file: PendingFile, failure?: {error: unknown}): void {
		const {fileSystem, stream} = this.#options;
		try {
			const error = failure ? readFailure(failure.error) : this.#lookAfter(file);
			if (error) this.#lose(file, error);
		} catch (error) {
			stream.fail(error);
		}
		try {
			fileSystem.close(file.fd);
		} catch (error) {
			stream.fail(error);
		}
		file.isReady = true;
		this.#underWay--;
		this.#fewer?.resolve();
		this.#fewer = undefined;
		stream.proceed();
	}

	add(file: PendingFile): void | Promise<void> {
		if (file.isLost) {
			this.#release(file);
			return undefined;
		}
		const {writer, stream, withAtime} = this.#options;
		const {entry, previous, content} = file;
		entry.facts.size = file.size;
		if (!previous && !withAtime && writer.addFile(entry, content)) {
			stream.countNewFile(file.size);
			this.#release(file);
			return undefined;
		}
		const node = this.#nodeOf(file);
		this.#release(file);
		return stream.put(node, previous);
	}

	#isKnown(facts: EntryFacts, previous: ParentNode): boolean {
		const {comparison, writer} = this.#options;
		return previous.content !== undefined && isUnchanged(previous, statusOfFacts(facts), comparison) && writer.hasContent(previous.content);
	}

	/** Adds a file whose content is known without reading it. */
	#keep(file: PendingFile, found: FoundFile, content: Uint8Array, size: number): void | Promise<void> {
		this.#describe(file, found.hasNoAttributes ? none : this.#attributes(file, found));
		file.content = content;
		file.size = size;
		file.isReady = true;
		return this.#options.stream.addFile(file);
	}

	#read(file: PendingFile, found: FoundFile): void | Promise<void> {
		const {fileSystem, stream, tally} = this.#options;
		const {facts} = file.entry;
		const fd = found.directory.openFileIn(found.names.bytes, found.names.startOf(found.index), found.names.endOf(found.index));
		let isTaken = false;
		try {
			fileSystem.look(fd, facts);
			if (facts.type !== 'file') throw new SystemError('EISDIR', 'openat');
			tally.filesRead++;
			// Now, while the name still leads to the file that was opened.
			this.#describe(file, this.#attributes(file, found));
			file.fd = fd;
			const room = stream.addFile(file);
			const pause = this.#store(file);
			isTaken = true;
			const fewer = this.#underWay < mostUnderWay ? undefined : this.#fewerThan(mostUnderWay);
			return room || pause || fewer ? Promise.all([room, pause, fewer]).then(() => undefined) : undefined;
		} finally {
			if (!isTaken) fileSystem.close(fd);
		}
	}

	#store(file: PendingFile): void | Promise<void> {
		const {fileSystem, writer} = this.#options;
		const {fd} = file;
		const {size, blocks} = file.entry.facts;
		const isSparse = blocks * blockSize < size;
		this.#underWay++;
		try {
			return writer.storeContent(fd, size, file, isSparse ? from => fileSystem.nextData(fd, from, size) : undefined);
		} catch (error) {
			this.#underWay--;
			// No fault of the file, whatever it was.
			throw toLazaretteError(error);
		}
	}

	#describe({entry}: PendingFile, attributes: ExtendedAttribute[]): void {
		const {identities} = this.#options;
		entry.attributes = attributes;
		entry.user = identities.user(entry.facts.uid);
		entry.group = identities.group(entry.facts.gid);
	}

	#attributes(file: PendingFile, {directory, names, index}: FoundFile): ExtendedAttribute[] {
		try {
			return directory.lookAtAttributes(names.bytes, names.startOf(index), names.endOf(index));
		} catch (error) {
			if (!skipReason(error) || systemCode(error) === 'ENOENT') throw error;
			this.#skip(file, 'AttributesUnreadable');
			return none;
		}
	}

	/** Returns why it cannot be said whether the file has changed. */
	#lookAfter(file: PendingFile): SystemError | undefined {
		this.#options.tally.bytesRead += file.size;
		let hasChanged: boolean;
		try {
			hasChanged = this.#hasChanged(file);
		} catch (error) {
			if (error instanceof SystemError) return error;
			throw error;
		}
		if (hasChanged) this.#skip(file, 'ChangedWhileRead');
		return undefined;
	}

	/** @throws what is no fault of the file */
	#lose(file: PendingFile, error: Error): void {
		const reason = skipReason(error);
		if (!reason) throw error;
		file.isLost = true;
		this.#skip(file, reason);
	}

	/** Since it was opened. */
	#hasChanged({fd, size, entry: {facts}}: PendingFile): boolean {
		const after = this.#after;
		this.#options.fileSystem.look(fd, after);
		return size !== facts.size || after.size !== facts.size || after.mtimeSeconds !== facts.mtimeSeconds || after.mtimeNanoseconds !== facts.mtimeNanoseconds;
	}

	#nodeOf({name, entry, content, size, previous}: PendingFile): Node {
		const {withAtime, comparison} = this.#options;
		const {user, group} = entry;
		const node = makeNode({name, status: statusOfFacts(entry.facts), attributes: [...entry.attributes], identities: {user: () => user, group: () => group}, withAtime, content: content.slice(), size});
		return comparison === 'size-mtime' && previous ? withIdentityOf(node, previous) : node;
	}

	#skip(file: PendingFile, reason: SkipReason): void {
		this.#options.skip(file.place!, file.name, reason);
	}

	#release(file: PendingFile): void {
		file.end();
		this.#spare.push(file);
	}

	async #fewerThan(count: number): Promise<void> {
		while (this.#underWay >= count) {
			this.#fewer ??= Promise.withResolvers();
			await this.#fewer.promise;
		}
	}
}

const none: ExtendedAttribute[] = [];

/** Unit of st_blocks, whatever the file system allocates in. */
const blockSize = 512;

/** The writer passes on what reading the file failed with; any other failure is the repository's, and no reason to leave out a file. */
function readFailure(error: unknown): Error {
	if (error instanceof SystemError) return error;
	const code = error instanceof Error && 'syscall' in error && error.syscall === 'read' ? systemCode(error) : undefined;
	return code === undefined ? toLazaretteError(error) : new SystemError(code, 'read');
}
