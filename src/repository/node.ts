/** One entry of a directory as an archive keeps it: what `lstat`, `readlink` and `llistxattr` say, and where its content is. */
export type Node = {
	/** Raw bytes as the file system has them; no `/`, never `.` or `..`. */
	name: Buffer;
	type: NodeType;
	/** Unix permission bits with setuid, setgid, sticky: `st_mode & 0o7777`. */
	mode: number;
	uid: number;
	gid: number;
	user?: string;
	group?: string;
	/** nanoseconds since 1970 */
	mtimeNs: bigint;
	atimeNs: bigint;
	ctimeNs: bigint;
	inode: bigint;
	/** st_dev of the file system it lies on. */
	deviceId: bigint;
	links: number;
	/** bytes; regular files only, else 0 */
	size: number;
	/** Raw bytes; symlinks only. */
	linkTarget?: Buffer;
	/** st_rdev in Linux' encoding; dev and chardev only. */
	device?: bigint;
	extendedAttributes?: ExtendedAttribute[];
	/** Regular files: SHA-256 IDs of the content's blobs in order, 32 bytes each, one after another. */
	content?: Uint8Array;
	/** Directories: the ID of their tree, lowercase hex. */
	subtree?: string;
	/** Members of the stored node that this version does not know, kept as they are when a tree is rewritten. */
	foreign?: Record<string, unknown>;
};

export type NodeType = 'file' | 'dir' | 'symlink' | 'dev' | 'chardev' | 'fifo' | 'socket';

export type ExtendedAttribute = {
	name: Buffer;
	value: Buffer;
};
