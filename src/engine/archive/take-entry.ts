import {toLazaretteError} from '../../base/errors.ts';
import type {ExtendedAttribute, Node} from '../../repository/node.ts';
import type {ArchiveWriter, StoredContent} from '../../repository/repository.ts';
import type {Directory, FileSystem, Status} from '../file-system/file-system.ts';
import {SystemError, systemCode} from '../file-system/system-error.ts';
import type {Identities} from './identities.ts';
import {makeNode} from './make-node.ts';
import type {NodeStream} from './node-stream.ts';
import {skipReason} from './skipped-entry.ts';
import type {SkipReason} from './skipped-entry.ts';
import type {Tally} from './tally.ts';
import {TrueSizes} from './true-sizes.ts';
import {isUnchanged, withIdentityOf} from './unchanged.ts';
import type {Comparison} from './unchanged.ts';

/** Contents under way at once; each keeps its file open. Enough for all threads of the writer to find work while the walk looks at a large directory. */
const mostUnderWay = 144;

export type TakeOptions = {
	fileSystem: FileSystem;
	writer: ArchiveWriter;
	stream: NodeStream;
	tally: Tally;
	identities: Identities;
	comparison: Comparison;
	withAtime: boolean;
};

/** An entry where the walk has found it. */
export type Found = {
	directory: Directory;
	name: Buffer;
	status: Status;
	/** It had none when its status was taken. */
	hasNoAttributes: boolean;
	/** Of that name in the parent archive. */
	previous: Node | undefined;
	/** Reports that something of it is not as it should be. */
	skip: (reason: SkipReason) => void;
};

/** Turns entries into nodes of the archive, and contents into blobs unless the parent archive has them. */
export class EntryTaker {
	readonly #options: TakeOptions;
	readonly #sizes = new TrueSizes();
	#underWay = 0;
	/** Settles when one of them is done. */
	#fewer: PromiseWithResolvers<void> | undefined;

	constructor(options: TakeOptions) {
		this.#options = options;
	}

	/**
	Takes anything but a directory. A promise means that the caller should wait before going on.
	@throws SystemError when the entry cannot be read, or is no longer what its status says
	*/
	take(found: Found): void | Promise<void> {
		if (found.status.type === 'file') return this.#takeFile(found);
		const {directory, name, status} = found;
		const linkTarget = status.type === 'symlink' ? directory.readLink(name) : undefined;
		return this.#options.stream.add(this.nodeOf(found, this.#attributesSeen(found), linkTarget && {linkTarget}), found.previous);
	}

	nodeOf({name, status, previous}: Pick<Found, 'name' | 'status' | 'previous'>, attributes: ExtendedAttribute[], more: {linkTarget?: Buffer; content?: Uint8Array; size?: number} = {}): Node {
		const {identities, withAtime, comparison} = this.#options;
		const node = makeNode({name, status, attributes, identities, withAtime, ...more});
		return comparison === 'size-mtime' && previous ? withIdentityOf(node, previous) : node;
	}

	/** Resolves when no file is being read any more, whatever became of it. */
	async idle(): Promise<void> {
		await this.#fewerThan(1);
	}

	#takeFile(found: Found): void | Promise<void> {
		const {writer, stream, comparison} = this.#options;
		const {previous, status} = found;
		if (previous?.content && isUnchanged(previous, status, comparison) && writer.hasContent(previous.content)) {
			return stream.add(this.nodeOf(found, this.#attributesSeen(found), {content: previous.content}), previous);
		}
		if (status.size === 0 && this.#sizes.areTrue(found.directory.fd, status.deviceId)) {
			return stream.add(this.nodeOf(found, this.#attributesSeen(found), {content: noContent, size: 0}), previous);
		}
		return this.#readFile(found);
	}

	#readFile(found: Found): void | Promise<void> {
		const {fileSystem, stream, tally} = this.#options;
		const fd = found.directory.openFile(found.name);
		let keepOpen = false;
		try {
			const opened = fileSystem.statusOf(fd);
			if (opened.type !== 'file') throw new SystemError('EISDIR', 'openat');
			tally.filesRead++;
			const asOpened = {...found, status: opened};
			// Taken now, while the name still leads to the file that was opened.
			const attributes = this.#attributes(found);
			const stored = this.#store(fd, opened);
			if (!(stored instanceof Promise)) return stream.add(this.#fileNode(asOpened, attributes, stored, opened), found.previous);
			keepOpen = true;
			return this.#later(asOpened, fd, attributes, stored);
		} finally {
			if (!keepOpen) fileSystem.close(fd);
		}
	}

	#later(found: Found, fd: number, attributes: ExtendedAttribute[], stored: Promise<StoredContent>): void | Promise<void> {
		this.#underWay++;
		const node = this.#finish(found, fd, attributes, stored);
		// The stream awaits it in its turn; until then a failure is nobody's, and must not end the process.
		node.catch(() => undefined);
		const room = this.#options.stream.addLater(node, found.previous);
		if (this.#underWay < mostUnderWay) return room;
		return Promise.all([room, this.#fewerThan(mostUnderWay)]).then(() => undefined);
	}

	async #finish(found: Found, fd: number, attributes: ExtendedAttribute[], stored: Promise<StoredContent>): Promise<Node | undefined> {
		const {fileSystem} = this.#options;
		try {
			const content = await stored.catch((error: unknown) => readFailure(error));
			if ('content' in content) return this.#fileNode(found, attributes, content, fileSystem.statusOf(fd));
			const reason = skipReason(content);
			if (!reason) throw content;
			found.skip(reason);
			return undefined;
		} finally {
			fileSystem.close(fd);
			this.#underWay--;
			this.#fewer?.resolve();
			this.#fewer = undefined;
		}
	}

	async #fewerThan(count: number): Promise<void> {
		while (this.#underWay >= count) {
			this.#fewer ??= Promise.withResolvers();
			await this.#fewer.promise;
		}
	}

	/**
	A file that changed while it was read keeps the times it had before, so that the next run reads it again.
	@param after its status when it was read; of a file read in one piece that is the same as before
	*/
	#fileNode(found: Found, attributes: ExtendedAttribute[], {content, size}: StoredContent, after: Status): Node {
		const before = found.status;
		this.#options.tally.bytesRead += size;
		if (size !== before.size || after.size !== before.size || after.mtimeNs !== before.mtimeNs) found.skip('ChangedWhileRead');
		return this.nodeOf(found, attributes, {content, size});
	}

	#store(fd: number, {size, blocks}: Status): StoredContent | Promise<StoredContent> {
		const {fileSystem, writer} = this.#options;
		const isSparse = blocks * blockSize < size;
		try {
			return isSparse ? writer.storeContent(fd, size, from => fileSystem.nextData(fd, from, size)) : writer.storeContent(fd, size);
		} catch (error) {
			throw readFailure(error);
		}
	}

	/** As of the moment of its status. */
	#attributesSeen(found: Found): ExtendedAttribute[] {
		return found.hasNoAttributes ? [] : this.#attributes(found);
	}

	#attributes({directory, name, skip}: Found): ExtendedAttribute[] {
		try {
			return directory.attributesOf(name);
		} catch (error) {
			if (!skipReason(error) || systemCode(error) === 'ENOENT') throw error;
			skip('AttributesUnreadable');
			return [];
		}
	}
}

const noContent = new Uint8Array(0);

/** Unit of st_blocks, whatever the file system allocates in. */
const blockSize = 512;

/** The writer passes on what reading the file failed with; any other failure is the repository's, and no reason to leave out a file. */
function readFailure(error: unknown): Error {
	if (error instanceof SystemError) return error;
	const code = error instanceof Error && 'syscall' in error && error.syscall === 'read' ? systemCode(error) : undefined;
	return code === undefined ? toLazaretteError(error) : new SystemError(code, 'read');
}
