/** What a run has seen and done so far. */
export type Tally = {
	filesNew: number;
	filesChanged: number;
	filesUnmodified: number;
	directoriesNew: number;
	directoriesChanged: number;
	directoriesUnmodified: number;
	/** Links, devices, FIFOs. */
	others: number;
	/** Entries that the patterns left out; a directory counts once, whatever it holds. */
	excluded: number;
	/** Never archived: they mean nothing without the process that listens. */
	sockets: number;
	/** Directories on which another file system is mounted, archived empty. */
	mountPoints: number;
	/** Contents that were opened and read. */
	filesRead: number;
	bytesRead: number;
	/** All files of the archive, read again or not. */
	bytesTotal: number;
};

export const newTally = (): Tally => ({
	filesNew: 0,
	filesChanged: 0,
	filesUnmodified: 0,
	directoriesNew: 0,
	directoriesChanged: 0,
	directoriesUnmodified: 0,
	others: 0,
	excluded: 0,
	sockets: 0,
	mountPoints: 0,
	filesRead: 0,
	bytesRead: 0,
	bytesTotal: 0,
});

export const filesTotal = (tally: Tally): number => tally.filesNew + tally.filesChanged + tally.filesUnmodified;
export const directoriesTotal = (tally: Tally): number => tally.directoriesNew + tally.directoriesChanged + tally.directoriesUnmodified;
