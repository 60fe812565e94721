import {LazaretteError} from '../../base/errors.ts';
import type {BoundedList} from '../bounded-list.ts';
import {isUnreadable} from './skipped-entry.ts';
import type {SkippedEntry} from './skipped-entry.ts';
import {directoriesTotal, filesTotal} from './tally.ts';
import type {Tally} from './tally.ts';

export type ArchivePolicy = {
	/** What becomes of an archive when nothing was found or nothing matched. */
	onEmptySource: 'fail' | 'warn' | 'allow';
	/** What becomes of it when anything could not be read. */
	onUnreadable: 'fail' | 'warn';
};

export type Findings = {
	/** The volume, as messages name it. */
	path: string;
	tally: Tally;
	/** Directories that are in the archive whatever the volume holds: those that lead to it, and itself. */
	leading: number;
	skipped: BoundedList<SkippedEntry>;
	/** Of the skipped, those that could not be read. */
	unreadable: number;
};

export type Judgement = {empty: boolean; warnings: string[]};

/**
Decides, before an archive becomes visible, whether it may.
@throws LazaretteError `SourceEmpty`, `FilesUnreadable`
*/
export function judge({onEmptySource, onUnreadable}: ArchivePolicy, findings: Findings): Judgement {
	const {path, tally, leading, skipped, unreadable} = findings;
	const empty = filesTotal(tally) + tally.others + directoriesTotal(tally) <= leading;
	const warnings: string[] = [];

	if (unreadable > 0 && onUnreadable === 'fail') {
		const first = skipped.items.find(({reason}) => isUnreadable(reason));
		throw new LazaretteError('FilesUnreadable', `${unreadable} ${unreadable === 1 ? 'entry' : 'entries'} of ${path} could not be read${first ? `, the first ${first.path} (${first.reason})` : ''}; no archive was made`, {
			hint: 'give the mover the right to read them, exclude them, or allow unreadable files',
			context: {unreadable, ...(first && {path: first.path, reason: first.reason})},
		});
	}
	if (empty && onEmptySource !== 'allow') {
		const what = emptyBecause(findings);
		if (onEmptySource === 'fail') {
			throw new LazaretteError('SourceEmpty', `${what}; no archive was made`, {
				hint: tally.excluded > 0 ? 'correct include and exclude, or allow an empty source' : 'check that this is the right volume, or allow an empty source',
				context: {path, excluded: tally.excluded},
			});
		}
		warnings.push(`${what}; the archive is empty`);
	}
	if (skipped.total > 0) warnings.push(`${skipped.total} ${skipped.total === 1 ? 'entry was' : 'entries were'} skipped or changed while being read`);
	return {empty, warnings};
}

function emptyBecause({path, tally, skipped}: Findings): string {
	if (skipped.total > 0) return `${path} holds nothing that could be read`;
	return tally.excluded > 0 ? `nothing in ${path} matches include and exclude (${tally.excluded} left out)` : `${path} is empty`;
}
