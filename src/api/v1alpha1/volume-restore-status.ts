import {count, object, objectName, optional, text, time} from './fields.ts';
import {runStatusFields} from './run-fields.ts';
import {attemptFields, progressField, skippedField, turnFields} from './status-fields.ts';
import type {Static} from 'typebox';

const summary = object('summary is the run in words, for people and for the columns of `kubectl get`; programs read the other fields.', {
	archive: optional(text('archive is the first 8 digits of the archive\'s ID.', 64)),
	target: optional(text('target is the claim that is written.', 253)),
	restored: optional(text('restored is bytesRestored with a unit.', 32)),
	duration: optional(text('duration is durationSeconds as in 1h2m3s.', 32)),
});

export const volumeRestoreStatus = object('status is what was last observed.', {
	...runStatusFields,
	archive: optional(text('archive is the full ID of the archive that was found for `from`; set once, so that every attempt restores the same one.', 64, {pattern: '^[0-9a-f]{8,64}$'})),
	archiveTime: optional(time('archiveTime is the instant that the archive shows.')),
	claimName: optional(objectName('claimName is the claim that is written; set once.')),
	...attemptFields,
	...turnFields,
	filesTotal: optional(count('filesTotal is the number of files to restore.')),
	filesRestored: optional(count('filesRestored is how many of them were written.')),
	filesUnchanged: optional(count('filesUnchanged is how many of them were there already, or were left alone because of overwrite.')),
	filesDeleted: optional(count('filesDeleted is the number of entries removed because of extraFiles.')),
	filesSkipped: optional(count('filesSkipped is the number of entries that could not be restored in full.')),
	skipped: skippedField,
	bytesTotal: optional(count('bytesTotal is the size of the files to restore.')),
	bytesRestored: optional(count('bytesRestored is what was written.')),
	durationSeconds: optional(count('durationSeconds is the time from startTime to completionTime.')),
	summary: optional(summary),
	progress: progressField,
});

export type VolumeRestoreStatus = Static<typeof volumeRestoreStatus>;
