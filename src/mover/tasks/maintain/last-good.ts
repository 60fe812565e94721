import type {Archive} from '../../../repository/archive.ts';
import {groupArchives} from '../../../repository/restic/forget/group-archives.ts';

/**
The archives that nothing may remove by itself: of each claim the newest one, and the newest that holds any file, which differs when the volume was
found empty since. An archive that does not tell how many files it has counts as holding some.
*/
export function lastGoodArchives(archives: readonly Archive[]): ReadonlySet<string> {
	const keep = new Set<string>();
	for (const group of groupArchives(archives)) {
		const newestFirst = group.archives.toSorted((left, right) => right.time.getTime() - left.time.getTime() || (left.id < right.id ? -1 : 1));
		const newest = newestFirst[0];
		const good = newestFirst.find(({summary}) => summary === undefined || summary.totalFilesProcessed > 0);
		if (newest) keep.add(newest.id);
		if (good) keep.add(good.id);
	}

	return keep;
}
