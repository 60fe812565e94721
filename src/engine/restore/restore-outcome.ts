import type {RestoreProblem} from './problems.ts';

/** What a run has done, or would do when it is a preview. */
export type RestoreTally = {
	/** Files of the archive that were asked for. */
	filesTotal: number;
	/** Written, wholly or in part. */
	filesRestored: number;
	/** Had the archive's content already. */
	filesUnchanged: number;
	/** Left alone because the overwrite policy says so. */
	filesKept: number;
	/** Entries of any kind removed because the archive does not have them. */
	entriesDeleted: number;
	directories: number;
	/** Links, devices, FIFOs and further names of files. */
	others: number;
	/** Entries whose content was as it should be and whose metadata was not. */
	metadataCorrected: number;
	/** Logical size of all files asked for. */
	bytesTotal: number;
	/** Fetched from the repository and put in place; holes count. */
	bytesRestored: number;
	/** Found in the target and not fetched. */
	bytesUnchanged: number;
};

export type RestoreOutcome = {
	tally: Readonly<RestoreTally>;
	/** The first 1000. */
	problems: readonly RestoreProblem[];
	problemsTotal: number;
	/**
	Files, directories and links that are not in the target as the archive has them, by other cause than the overwrite policy. More than 0 means that the
	restore has failed, however much of it is done; problems beyond these are warnings.
	*/
	failed: number;
	/** The first 1000 changes that would be made; in a preview only. */
	changes: readonly RestoreChange[];
	changesTotal: number;
};

export type RestoreChange = {
	/** From the target's root, printable. */
	path: string;
	change: 'Create' | 'Update' | 'Replace' | 'Metadata' | 'Delete';
};

export type RestoreProgress = {
	filesDone: number;
	bytesDone: number;
	/** Bytes of all files found so far; grows until the archive has been walked to its end. */
	bytesTotal: number;
};

export const newRestoreTally = (): RestoreTally => ({
	filesTotal: 0,
	filesRestored: 0,
	filesUnchanged: 0,
	filesKept: 0,
	entriesDeleted: 0,
	directories: 0,
	others: 0,
	metadataCorrected: 0,
	bytesTotal: 0,
	bytesRestored: 0,
	bytesUnchanged: 0,
});
