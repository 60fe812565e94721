import type {AddedTotals} from '../../repository/repository.ts';
import {BoundedList} from '../bounded-list.ts';
import type {ArchiveProgress} from './archive-outcome.ts';
import {isUnreadable} from './skipped-entry.ts';
import type {SkippedEntry} from './skipped-entry.ts';
import {directoriesTotal, filesTotal, newTally} from './tally.ts';

/** What one run has found, while it runs and afterwards. */
export class RunRecord {
	readonly tally = newTally();
	readonly skipped = new BoundedList<SkippedEntry>();
	/** Of the skipped, those that could not be read. */
	unreadable = 0;
	firstReadAt: Date | undefined;
	readonly #onSkipped: ((entry: SkippedEntry) => void) | undefined;

	constructor(onSkipped: ((entry: SkippedEntry) => void) | undefined) {
		this.#onSkipped = onSkipped;
	}

	skip(entry: SkippedEntry): void {
		this.skipped.add(entry);
		if (isUnreadable(entry.reason)) this.unreadable++;
		this.#onSkipped?.(entry);
	}

	progress(added: Readonly<AddedTotals> | undefined): ArchiveProgress {
		return {
			firstReadAt: this.firstReadAt,
			filesDone: filesTotal(this.tally),
			directoriesDone: directoriesTotal(this.tally),
			bytesDone: this.tally.bytesTotal,
			bytesAdded: added?.bytes ?? 0,
			bytesStored: added?.storedBytes ?? 0,
		};
	}
}
