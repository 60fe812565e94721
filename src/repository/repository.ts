import type {LazaretteError} from '../base/errors.ts';
import type {Archive} from './archive.ts';
import type {Node} from './node.ts';

/**
A place where archives live, opened with its key. The engine writes and reads through this contract and knows no layout.
Every method rejects with a LazaretteError: `RepositoryDamaged` names the object that is missing or wrong.
*/
export type Repository = {
	/** Stable for the repository's life, lowercase hex. */
	readonly id: string;
	readonly layout: 'Restic' | 'Tar';
	readonly location: string;

	/**
	All archives, oldest first. One that can not be read fails the call, since a caller that picks the newest would otherwise take another; a caller to
	whom that is no harm, such as the search for a parent, takes its error in `onDamaged` and gets the rest.
	*/
	archives(signal: AbortSignal, onDamaged?: (error: LazaretteError) => void): Promise<Archive[]>;

	/** Begins an archive. It becomes visible only when `finish` has returned, after all it needs is durable. */
	startArchive(options: StartArchive, signal: AbortSignal): Promise<ArchiveWriter>;

	/** Opens an archive for reading; loads of the index only what reading needs. */
	openArchive(archive: Archive, signal: AbortSignal): Promise<ArchiveReader>;

	/** Ends background work (lock refresh) and frees what this process holds in the repository. */
	close(): Promise<void>;
};

export type StartArchive = {
	/** The archive whose unchanged files need not be read again. */
	parent?: Archive;
	/** Progress of durable bytes, called often and cheaply. */
	onStored?: (bytes: number) => void;
};

/**
Takes a tree depth-first, the entries of each directory in ascending byte order of their names. At most one writer is open in a process.
Memory stays bounded whatever the size of a file, a directory or the repository; methods that return a promise are where the writer slows
its caller down while uploads catch up.
*/
export type ArchiveWriter = {
	/** The parent's root directory, when the parent was given and readable. */
	readonly parentRoot: ParentDirectory | undefined;

	/**
	Stores what an open file holds from its start to its end, with positioned reads, so that any thread of the process may do the reading. The caller
	keeps `fd` open until the result is there; several calls may be under way at once. With `nextData` the file's holes need not be read. Resolves to the IDs (32 bytes each) and the bytes actually read.
	*/
	storeContent(fd: number, expectedSize: number, nextData?: NextData): StoredContent | Promise<StoredContent>;

	/** Whether every blob of a parent's content is still in the repository, so that it may be referenced again without reading the file. */
	hasContent(content: Uint8Array): boolean;

	enterDirectory(): void;
	/** Adds an entry to the innermost open directory. */
	addNode(node: Node): Promise<void> | void;
	/** Closes the innermost directory and returns its tree ID, for the `subtree` of its own node. */
	leaveDirectory(): Promise<string>;

	/** Makes everything durable and then the archive visible. `root` is the tree returned by the last `leaveDirectory`. */
	finish(archive: Omit<Archive, 'id' | 'tree'> & {tree: string}): Promise<Archive>;
	/** Gives up: nothing becomes visible; what was uploaded stays as unreferenced objects that a prune removes. */
	abandon(): Promise<void>;

	/** Running totals of what this archive added. */
	readonly added: Readonly<AddedTotals>;
};

export type AddedTotals = {
	dataBlobs: number;
	treeBlobs: number;
	/** bytes of new blobs as they were read */
	bytes: number;
	/** bytes of new blobs as they are stored */
	storedBytes: number;
};

/** Where at or after `from` the next byte lies that may be other than zero; the file's size when there is none. */
export type NextData = (from: number) => number;

export type StoredContent = {content: Uint8Array; size: number};

/** A directory of the parent archive, read in step with the walk: ask for names in ascending byte order only. */
export type ParentDirectory = {
	/** The parent's node of that name, or undefined; skips everything before it. */
	find(name: Buffer): Promise<Node | undefined>;
	/** Opens a child directory found by `find`. */
	open(node: Node): Promise<ParentDirectory | undefined>;
};

export type ArchiveReader = {
	readonly archive: Archive;
	/** The entries of a tree in stored order, one at a time. */
	readTree(treeId: string, signal: AbortSignal): AsyncIterable<Node>;
	/** Plain length of a content blob in bytes, without reading it. @throws RepositoryDamaged when it is not in the index */
	blobLength(id: Uint8Array): number;
	/** Where blobs lie, so that a reader can plan its requests by pack: `pack` counts packs from 0 in this reader. */
	locate(id: Uint8Array): BlobPlace;
	/**
	Fetches blobs that lie in one pack and hands each, verified against its ID, to `consume` in the order of their offsets. The bytes are only
	valid during the call.
	*/
	readBlobs(pack: number, ids: Uint8Array[], consume: (id: Uint8Array, bytes: Uint8Array) => void | Promise<void>, signal: AbortSignal): Promise<void>;
};

export type BlobPlace = {pack: number; offset: number; length: number; plainLength: number};
