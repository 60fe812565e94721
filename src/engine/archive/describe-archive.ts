import type {Archive, ArchiveSummary} from '../../repository/archive.ts';
import type {AddedTotals} from '../../repository/repository.ts';
import {filesTotal} from './tally.ts';
import type {Tally} from './tally.ts';

export type ArchiveFacts = {
	path: string;
	parent: Archive | undefined;
	hostname: string;
	username: string;
	tags: readonly string[];
	exclude?: readonly string[];
	programVersion?: string;
	time: Date;
	startedAt: Date;
	endedAt: Date;
	tally: Tally;
	added: Readonly<AddedTotals>;
};

/** What the archive says of itself, all but its tree. */
export function describeArchive(facts: ArchiveFacts): Omit<Archive, 'id' | 'tree'> {
	const {path, parent, hostname, username, tags, exclude = [], programVersion, time} = facts;
	return {
		time,
		...(parent && {parent: parent.id}),
		paths: [path],
		hostname,
		username,
		uid: process.getuid?.() ?? 0,
		gid: process.getgid?.() ?? 0,
		excludes: [...exclude],
		tags: [...tags],
		...(programVersion !== undefined && {programVersion}),
		summary: summaryOf(facts),
	};
}

const summaryOf = ({startedAt, endedAt, tally, added}: ArchiveFacts): ArchiveSummary => ({
	backupStart: startedAt,
	backupEnd: endedAt,
	filesNew: tally.filesNew,
	filesChanged: tally.filesChanged,
	filesUnmodified: tally.filesUnmodified,
	dirsNew: tally.directoriesNew,
	dirsChanged: tally.directoriesChanged,
	dirsUnmodified: tally.directoriesUnmodified,
	dataBlobs: added.dataBlobs,
	treeBlobs: added.treeBlobs,
	dataAdded: added.bytes,
	dataAddedPacked: added.storedBytes,
	totalFilesProcessed: filesTotal(tally),
	totalBytesProcessed: tally.bytesTotal,
});
