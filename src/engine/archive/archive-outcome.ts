import type {Archive} from '../../repository/archive.ts';
import type {AddedTotals} from '../../repository/repository.ts';
import type {SkippedEntry} from './skipped-entry.ts';
import type {Tally} from './tally.ts';

export type ArchiveOutcome = {
	archive: Archive;
	parent?: Archive;
	tally: Readonly<Tally>;
	/** What this archive added to the repository. */
	added: Readonly<AddedTotals>;
	/** The first 1000. */
	skipped: readonly SkippedEntry[];
	skippedTotal: number;
	/** Nothing was there or nothing matched; only when the policy allows such an archive. */
	empty: boolean;
	/** Sentences for people about what they may not expect; a run that has any is not simply a success. */
	warnings: string[];
};

export type ArchiveProgress = {
	/** When the first directory of the volume was read. */
	firstReadAt: Date | undefined;
	filesDone: number;
	directoriesDone: number;
	/** Of all files so far, read again or not. */
	bytesDone: number;
	bytesAdded: number;
	bytesStored: number;
};
