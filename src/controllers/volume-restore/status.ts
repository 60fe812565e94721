import type {VolumeRestoreStatus} from '../../api/v1alpha1/volume-restore.ts';
import {humanBytes, humanDuration} from '../shared/human.ts';
import {isFine, withCondition, withStanding} from '../shared/standing.ts';
import type {ConditionFrame, Standing} from '../shared/standing.ts';

/** The status of a run that stands like this. */
export function restoreStatus(draft: VolumeRestoreStatus, standing: Standing, frame: ConditionFrame): VolumeRestoreStatus {
	const {archive, outcome, claimName} = draft;
	const succeeded = outcome !== undefined && isFine(standing.reason);
	const leftEmpty = succeeded && !archive;
	const unreached = (open: string) => ({status: 'False' as const, ...(leftEmpty ? {reason: 'LeftEmpty', message: standing.message} : {reason: standing.reason, message: `${open}${outcome ? '' : ' yet'}; Ready says why`})});

	let conditions = withStanding(draft.conditions ?? [], standing, frame);
	if (outcome) conditions = withCondition(conditions, {type: 'Succeeded', status: succeeded ? 'True' : 'False', reason: standing.reason, message: standing.message}, frame);
	conditions = withCondition(conditions, {type: 'Resolved', ...(archive ? {status: 'True' as const, reason: 'ArchiveFound', message: `archive ${archive.slice(0, 8)} is restored`} : unreached('the archive is not settled'))}, frame);
	conditions = withCondition(conditions, {type: 'DataRestored', ...(succeeded && archive ? {status: 'True' as const, reason: 'FilesRestored', message: `claim ${claimName} holds the files of archive ${archive.slice(0, 8)}`} : unreached(partly(draft)))}, frame);

	const summary = summaryOf(draft);
	return {
		...draft,
		observedGeneration: frame.generation,
		conditions,
		...(outcome && {durationSeconds: seconds(draft)}),
		...(Object.keys(summary).length > 0 && {summary}),
	};
}

/** What the end of a run that did not fail says in a sentence. */
export function conclusionOf({outcome, archive, claimName, filesRestored = 0, filesUnchanged = 0, filesSkipped = 0}: VolumeRestoreStatus): Standing {
	const reason = outcome === 'SucceededWithWarnings' ? 'SucceededWithWarnings' : 'Succeeded';
	if (!archive) return {reason, message: `the repository has no archive that fits; claim ${claimName} was left as it is (onMissing: LeaveEmpty)`};
	const warnings = filesSkipped > 0 ? `; ${were(filesSkipped, 'entry', 'entries')} not restored in full, see skipped` : '';
	const kept = filesUnchanged > 0 ? `, ${filesUnchanged} ${filesUnchanged === 1 ? 'was' : 'were'} there already` : '';
	return {reason, message: `archive ${archive.slice(0, 8)} is in claim ${claimName}: ${were(filesRestored, 'file', 'files')} written${kept}${warnings}`};
}

/** A run that left damaged files out has failed, and the others are there. */
const partly = ({outcome, filesRestored = 0, filesUnchanged = 0, filesSkipped = 0}: VolumeRestoreStatus): string =>
	outcome === 'Failed' && filesRestored + filesUnchanged > 0 ? `${were(filesRestored, 'file', 'files')} written, and ${filesSkipped} ${filesSkipped === 1 ? 'entry is' : 'entries are'} not in the target as the archive has them` : 'the files are not in the target';

const were = (count: number, one: string, many: string): string => (count === 1 ? `1 ${one} was` : `${count} ${many} were`);

function summaryOf(draft: VolumeRestoreStatus): NonNullable<VolumeRestoreStatus['summary']> {
	const {archive, claimName, bytesRestored, completionTime} = draft;
	return {
		...(archive && {archive: archive.slice(0, 8)}),
		...(claimName && {target: claimName}),
		...(bytesRestored !== undefined && {restored: humanBytes(bytesRestored)}),
		...(completionTime && {duration: humanDuration(seconds(draft))}),
	};
}

const seconds = ({startTime, completionTime}: VolumeRestoreStatus): number => Math.max(0, Math.round((Date.parse(completionTime ?? '') - Date.parse(startTime ?? '')) / 1000)) || 0;
