import type {DataShare} from './data-share.ts';

export type CheckOptions = {
	/** Also read packs whole and prove each blob, all of them or a share; without it only listings, indexes, snapshots and trees are read. */
	readData: boolean | {share: DataShare};
	/** Called now and then with the bytes of packs read so far, of how many. */
	onProgress?: (bytesRead: number, bytesTotal: number) => void;
};

export type CheckResult = {
	/** What makes archives, or parts of them, unreadable; the first thousand. */
	problems: CheckFinding[];
	problemsTotal: number;
	/** What does no harm but should not be so; the first thousand. */
	warnings: CheckFinding[];
	warningsTotal: number;
	archives: number;
	indexFiles: number;
	packs: number;
	/** bytes of all packs as listed */
	packBytes: number;
	/** Packs that no index names: left by runs that were cut off, or still being written; a prune removes them. */
	unreferencedPacks: {count: number; bytes: number};
	/** Distinct trees that archives reach. */
	trees: number;
	/** Distinct data blobs that archives reach. */
	dataBlobs: number;
	/** Packs, and their bytes, that were read and proven, with `readData`. */
	packsProven: number;
	bytesProven: number;
};

export type CheckFinding = {
	/** Key of the object it is about, e.g. `data/ab/ab12…`, or `tree <id>`. */
	object: string;
	message: string;
};
