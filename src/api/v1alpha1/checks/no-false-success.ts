import {complain} from './checked-object.ts';
import type {CheckedStatus, StatusRule} from './checked-object.ts';

/** The design's first promise, over what the status itself counts. */
export const noFalseSuccess: StatusRule = subject => {
	if (subject.is('Succeeded') !== 'True') return [];
	if (subject.object.kind === 'VolumeBackup') return backup(subject.status, subject.is('Archived'));
	if (subject.object.kind === 'VolumeRestore') return restore(subject.status, subject.find('DataRestored'));
	return [];
};

function backup({outcome, volumes = []}: CheckedStatus, archived: string | undefined): string[] {
	const anyWarning = volumes.some(volume => volume.outcome === 'SucceededWithWarnings');
	return [
		...complain(volumes.length === 0, 'the backup succeeded without a single claim'),
		...complain(archived !== 'True', 'the backup succeeded and Archived is not True'),
		...complain(outcome === 'Succeeded' && anyWarning, 'the outcome is Succeeded although a claim has warnings'),
		...volumes.flatMap(({claimName, outcome, archive, filesSkipped = 0}) => [
			...complain(outcome === undefined || outcome === 'Failed', `the backup succeeded and the outcome of claim ${claimName} is ${outcome ?? 'absent'}`),
			...complain(!archive, `the backup succeeded and claim ${claimName} has no archive`),
			...complain(outcome === 'Succeeded' && filesSkipped > 0, `claim ${claimName} is Succeeded although ${filesSkipped} files were skipped`),
		]),
	];
}

function restore({outcome, archive, filesSkipped = 0}: CheckedStatus, dataRestored: {status: string; reason: string} | undefined): string[] {
	const leftEmpty = dataRestored?.status === 'False' && dataRestored.reason === 'LeftEmpty';
	if (leftEmpty) return complain(archive !== undefined, `the target was left empty although archive ${archive} was found`);
	return [
		...complain(dataRestored?.status !== 'True', 'the restore succeeded and DataRestored is not True'),
		...complain(!archive, 'the restore succeeded without an archive'),
		...complain(outcome === 'Succeeded' && filesSkipped > 0, `the outcome is Succeeded although ${filesSkipped} entries were not restored in full`),
	];
}
