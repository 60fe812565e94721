import type {MaintainWork, MaintenanceFacts} from '../../../api/v1alpha1/mover-contract.ts';
import {shortId} from '../../../repository/archive.ts';
import type {Archive} from '../../../repository/archive.ts';
import type {ResticRepository} from '../../../repository/restic/restic-repository.ts';
import {isPinned} from '../../../repository/restic/snapshots/pinned.ts';
import type {MoverContext} from '../../mover-context.ts';
import {lastGoodArchives} from './last-good.ts';
import type {WorkResult} from './work-result.ts';

type Deletion = {remove: Archive[]; retained: NonNullable<MaintenanceFacts['retained']>};

/** Removes archives by name. One that is gone already is no error; pinned ones and the last good one of a claim stay, and the result says so. */
export async function deleteWork(work: Extract<MaintainWork, {kind: 'delete'}>, repository: ResticRepository, {signal}: MoverContext): Promise<WorkResult> {
	let deletion = planDeletion(await repository.archives(signal), work);
	let left: Archive[] | undefined;
	if (deletion.remove.length > 0) {
		left = await repository.removeChosen(all => {
			deletion = planDeletion(all, work);
			return deletion.remove;
		}, signal);
	}

	const {remove, retained} = deletion;
	return {
		facts: {kind: 'delete', ...(left && {archives: left.length}), ...(retained.length > 0 && {retained})},
		message: `${remove.length} archives removed`,
		warnings: retained.length > 0 ? [`${retained.length} stay, such as ${retained.slice(0, 5).map(({id, reason}) => `${shortId(id)} (${reason})`).join(', ')}`] : [],
	};
}

/** By ID, also by the one that an archive had before its tags were changed. */
export function planDeletion(archives: readonly Archive[], {archives: ids, evenLast}: {archives: readonly string[]; evenLast: readonly string[]}): Deletion {
	const wished = new Set(ids);
	const confirmed = new Set(evenLast);
	const lastGood = lastGoodArchives(archives);
	const named = ({id, original}: Archive, among: ReadonlySet<string>): boolean => among.has(id) || (original !== undefined && among.has(original));

	// By the ID it was asked for, and short: many must fit into a result.
	const nameOf = ({id, original}: Archive): string => (wished.has(id) ? id : original ?? id).slice(0, 16);
	const deletion: Deletion = {remove: [], retained: []};
	for (const archive of archives) {
		if (!named(archive, wished)) continue;
		if (isPinned(archive)) deletion.retained.push({id: nameOf(archive), reason: 'Pinned'});
		else if (lastGood.has(archive.id) && !named(archive, confirmed)) deletion.retained.push({id: nameOf(archive), reason: 'LastGood'});
		else deletion.remove.push(archive);
	}

	return deletion;
}
