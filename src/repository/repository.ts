import type {LazaretteError} from '../base/errors.ts';
import type {Archive} from './archive.ts';
import type {WalkedEntry} from './entry-facts.ts';
import type {EntryOwner, EntryRun} from './entry-run.ts';
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

	/** As `archives`, perhaps without those of the last moments: what the opening has seen is not asked for again. */
	archivesAtOpening(signal: AbortSignal, onDamaged?: (error: LazaretteError) => void): Promise<Archive[]>;

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
	keeps `fd` open until `sink` has heard what became of it, which may be before this returns; several contents may be under way at once. With `nextData` the
	file's holes need not be read. A promise means that the caller should wait before going on.
	@throws when the archive has ended, and then `sink` hears nothing
	*/
	storeContent(fd: number, expectedSize: number, sink: ContentSink, nextData?: NextData): void | Promise<void>;

	/** Whether every blob of a parent's content is still in the repository, so that it may be referenced again without reading the file. */
	hasContent(content: Uint8Array): boolean;

	/** `parent`: the same directory in the parent archive. One in which nothing has changed is not written again. */
	enterDirectory(parent?: ParentDirectory): void;
	/** Adds an entry to the innermost open directory. `previous`: the parent's of that name. */
	addNode(node: Node, previous?: ParentNode): Promise<void> | void;
	/**
	Adds a regular file that the parent's directory does not have, without a node being made of it; its `facts.size` is that of `content`. False for a file that is out of the
	ordinary: its node has to be added.
	*/
	addFile(entry: WalkedEntry, content: Uint8Array): boolean;
	/**
	The parent's entry that `parent` has found with `seek`, if it says of a regular file just what was found, and all its content is still in the repository:
	to be added with `addStored`. Undefined when somebody has to look closer.
	*/
	unchanged(entry: WalkedEntry, parent: ParentDirectory): StoredEntry | undefined;
	/** The same of as many of the first entries of `run` as are one after another in `parent`, in front of where it stands; they belong to `owner`. Undefined where that is none, or cannot be said. */
	unchangedRun(run: EntryRun, owner: EntryOwner, parent: ParentDirectory): StoredRun | undefined;
	/** Adds an entry, or a run of them, as the parent has it. */
	addStored(entry: StoredEntry): Promise<void> | void;
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

/** The next range at or after `from` that may hold anything but zeros; undefined when there is only a hole. */
export type NextData = (from: number) => {start: number; end: number} | undefined;

/** Hears what has become of one content. Called once, by the event loop or by a call that stores other content, and must not throw. */
export type ContentSink = {
	/** `ids[from, to)`: 32 bytes for each piece, good until the sink calls the writer. `size`: bytes actually read. */
	stored(ids: Uint8Array, from: number, to: number, size: number): void;
	/** With what reading failed as Node gives it, or with what ended the archive. */
	failed(error: unknown): void;
};

/** A directory of the parent archive, read in step with the walk: ask for names in ascending byte order only. */
export type ParentDirectory = {
	/** Goes to the entry named `names[from, to)`, past everything before it; false when there is none. A promise when it has to read on. */
	seek(names: Uint8Array, from: number, to: number): boolean | Promise<boolean>;
	/** The entry that `seek` has found; undefined when it cannot be read. */
	node(): ParentNode | undefined | Promise<ParentNode | undefined>;
	/** Both at once. */
	find(name: Buffer): Promise<ParentNode | undefined>;
	/** Opens a child directory found by `find`. */
	open(node: Node): Promise<ParentDirectory | undefined>;
};

/** An entry of the parent; by `stored` the writer knows its text again. */
export type ParentNode = Node & {readonly stored?: StoredEntry};

/** `count` files of `size` bytes in all, as the parent has them. */
export type StoredRun = {readonly stored: StoredEntry; readonly count: number; readonly size: number};

export type StoredEntry = {
	/** Makes it last when the directory it comes from goes on. */
	keep(): StoredEntry;
};

export type ArchiveReader = {
	readonly archive: Archive;
	/** The entries of a tree in stored order, one at a time. */
	readTree(treeId: string, signal: AbortSignal): TreeNodes;
	/** Where a blob lies, so that a reader can plan by pack. @throws RepositoryDamaged when it is not in the index */
	locate(id: Uint8Array): BlobPlace;
	/**
	Fetches blobs and hands each, verified against its ID, to `consume`: in no particular order, since all cores work on them. The bytes are only valid
	during the call, which must not throw but to end it all. Parts are asked for one after the other, as late as possible. A blob that `writing` names a file
	for is written into it by whoever has opened it, instead of being handed to `consume`.
	*/
	readBlobs<Part extends PackPart>(parts: Iterable<Part>, consume: (part: Part, at: number, bytes: Uint8Array) => void, signal: AbortSignal, writing?: BlobWriting<Part>): Promise<void>;
	/** Ends what works for this reader. */
	close(): Promise<void>;
};

/** `batches`: the same some at a time, as they come, for who would rather not wait for each. */
export type TreeNodes = AsyncIterable<Node> & {batches?: () => AsyncIterable<Node[]>};

/** `pack` counts packs from 0 and `blob` blobs, both in this reader only; `offset` is the blob's in its pack. */
export type BlobPlace = {pack: number; blob: number; offset: number; plainLength: number};

/** Where a blob goes: an open file of this process, which stays open until the blob was written. `sparse`: blocks of zeros may be left out, because nothing is there. */
export type BlobTarget = {fd: number; position: number; sparse: boolean};

export type BlobWriting<Part> = {
	/** Asked once for a blob that is about to be opened; undefined to have it handed over instead. */
	target: (part: Part, at: number) => BlobTarget | undefined;
	/** A verified blob of `length` bytes was written. `end`: where the last byte that was not left out ends, counted from the blob's first. `errno`: why it could not be, else 0. */
	wrote: (part: Part, at: number, written: {length: number; end: number; errno: number}) => void;
};

/** Blobs of one pack, each once, in the order of their offsets, by their numbers. */
export type PackPart = {readonly pack: number; readonly blobs: Uint32Array};
