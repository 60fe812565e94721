/** One immutable point-in-time copy of one volume or directory in a repository; in the Restic layout, a restic snapshot. */
export type Archive = {
	/** Lowercase hex; `shortId` is its first eight characters. */
	id: string;
	time: Date;
	/** Root tree, lowercase hex. */
	tree: string;
	parent?: string;
	/** Absolute paths as they were named at backup time, e.g. `/orders-db`. */
	paths: string[];
	hostname: string;
	username: string;
	uid?: number;
	gid?: number;
	excludes: string[];
	tags: string[];
	/** The first ID of an archive whose tags were changed later. */
	original?: string;
	programVersion?: string;
	summary?: ArchiveSummary;
	/** Members this version does not know, kept as they are when the archive is rewritten. */
	foreign?: Record<string, unknown>;
};

export type ArchiveSummary = {
	backupStart: Date;
	backupEnd: Date;
	filesNew: number;
	filesChanged: number;
	filesUnmodified: number;
	dirsNew: number;
	dirsChanged: number;
	dirsUnmodified: number;
	dataBlobs: number;
	treeBlobs: number;
	/** bytes of new blobs before and after compression and encryption */
	dataAdded: number;
	dataAddedPacked: number;
	totalFilesProcessed: number;
	totalBytesProcessed: number;
};

export const shortId = (id: string): string => id.slice(0, 8);
