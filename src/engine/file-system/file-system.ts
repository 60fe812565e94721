import type {EntryFacts} from '../../repository/entry-facts.ts';
import type {ExtendedAttribute, NodeType} from '../../repository/node.ts';
import type {NameList} from './name-list.ts';
import type {Scout} from './scout/scout.ts';

/**
What the engine needs of an operating system. Names and link targets are raw bytes. Everything below a root is reached through the open
directory that holds it, one name at a time and never through a link, so that nobody who changes the tree meanwhile can lead us out of it,
and no depth is too deep for a path. All calls are synchronous: a promise per file costs more than the call. Every failure is a SystemError.
*/
export type FileSystem = {
	/** Opens the directory at a path, following links in it: the one place where a whole path is used. */
	openRoot(path: string): Directory;
	/** Attributes of an open file. */
	statusOf(fd: number): Status;
	/** The same without making an object. */
	look(fd: number, into: EntryFacts): void;
	/** Attributes of what a whole path leads to, following links. */
	statusAt(path: string): Status;
	read(fd: number, into: Uint8Array, position: number): number;
	/** Writes all of `bytes`. */
	write(fd: number, bytes: Uint8Array, position: number): void;
	/** Whether a descriptor is one of this process, so that any of its threads may write by its number without asking here. */
	readonly threadsMayWrite: boolean;
	truncate(fd: number, size: number): void;
	/** The next range at or after `from` and before `end` that may hold anything but zeros; undefined when there is only a hole. */
	nextData(fd: number, from: number, end: number): {start: number; end: number} | undefined;
	/** The metadata of an open file; closing it leaves `fd` open. */
	entryOf(fd: number): Entry;
	close(fd: number): void;
	/** Starts a thread that looks at entries ahead of a walk. Absent where that is not possible. */
	startScout?(): Scout;
	/** Waits until the file system that holds `directory` has everything on its disk. */
	sync(directory: Directory): Promise<void>;
};

/** An open directory. */
export type Directory = {
	readonly fd: number;
	status(): Status;
	/** Identity of the mount it was reached through; two directories of one mount have the same. */
	mountId(): number;
	/** Replaces what `into` holds by the names in this directory, without `.` and `..`, in the order of the file system. */
	readNames(into: NameList): void;
	statusOf(name: Uint8Array): Status;
	/** As `statusOf` for the name `names[from, to)`, without making an object. */
	look(names: Uint8Array, from: number, to: number, into: EntryFacts): void;
	/** The same, but undefined when there is nothing of that name. */
	lookUp(name: Uint8Array): Status | undefined;
	openDirectory(name: Uint8Array): Directory;
	/** A further descriptor of this directory, good for nothing but looking up names; whoever takes it closes it. */
	openAgain(): number;
	/** Opens a regular file for reading, without marking it as accessed where that is allowed. */
	openFile(name: Uint8Array): number;
	/** The same for the name `names[from, to)`. */
	openFileIn(names: Uint8Array, from: number, to: number): number;
	readLink(name: Uint8Array): Buffer;
	/** In the order of the file system; empty where the file system has none. */
	attributesOf(name: Uint8Array): ExtendedAttribute[];
	/** The same for the name `names[from, to)`. */
	lookAtAttributes(names: Uint8Array, from: number, to: number): ExtendedAttribute[];
	/** The metadata of an entry of any type, links included. */
	openEntry(name: Uint8Array): Entry;

	/** Creates a file for reading and writing, with `mode` less what the process masks, or one that only its owner may read; `EEXIST` when there is anything of that name. */
	createFile(name: Uint8Array, mode?: number): number;
	openForUpdate(name: Uint8Array): number;
	/** Creates a directory that only its owner may enter. */
	makeDirectory(name: Uint8Array): void;
	makeLink(name: Uint8Array, target: Uint8Array): void;
	makeSpecial(name: Uint8Array, type: SpecialType, device: bigint): void;
	/** A further name for an existing file. */
	linkTo(name: Uint8Array, from: Directory, fromName: Uint8Array): void;
	setTimes(name: Uint8Array, atimeNs: bigint, mtimeNs: bigint): void;
	removeFile(name: Uint8Array): void;
	removeDirectory(name: Uint8Array): void;
	close(): void;
};

/** The changeable metadata of one entry, bound to the entry itself and not to its name. */
export type Entry = {
	status(): Status;
	setOwner(uid: number, gid: number): void;
	setMode(mode: number): void;
	setTimes(atimeNs: bigint, mtimeNs: bigint): void;
	attributes(): ExtendedAttribute[];
	setAttribute(attribute: ExtendedAttribute): void;
	removeAttribute(name: Uint8Array): void;
	close(): void;
};

export type SpecialType = 'dev' | 'chardev' | 'fifo';

export type Status = {
	type: NodeType;
	/** Permission bits with setuid, setgid, sticky. */
	mode: number;
	uid: number;
	gid: number;
	size: number;
	/** Allocated, in units of 512 bytes. */
	blocks: number;
	links: number;
	mtimeNs: bigint;
	atimeNs: bigint;
	ctimeNs: bigint;
	inode: bigint;
	deviceId: bigint;
	/** st_rdev in Linux' encoding; 0 unless dev or chardev. */
	device: bigint;
};
