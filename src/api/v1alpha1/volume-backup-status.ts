import {choice, count, listMap, object, objectName, optional, text, time} from './fields.ts';
import {runStatusFields} from './run-fields.ts';
import {attemptFields, outcomeField, progressField, skippedField, turnFields} from './status-fields.ts';
import type {Static} from 'typebox';

const capture = object('capture is how the claim is read, decided before anything is created.', {
	method: choice('method that was chosen.', ['Snapshot', 'Clone', 'Direct']),
	reason: text('reason is why, as one word.', 64, {pattern: '^[A-Z][A-Za-z0-9]*$'}),
	message: optional(text('message is why, in a sentence.', 1024)),
	snapshotClassName: optional(objectName('snapshotClassName is the VolumeSnapshotClass that was used.')),
	stagedClaimName: optional(objectName('stagedClaimName is the temporary claim made from the snapshot or clone.')),
	node: optional(text('node is the only one on which the mover can read the claim.', 253)),
});

const volume = object('One claim of the run.', {
	claimName: objectName('claimName is the claim.'),
	capture: optional(capture),
	capturedAt: optional(time('capturedAt is the instant that the archive shows; absent for Direct until the first read.')),
	...attemptFields,
	...turnFields,
	outcome: outcomeField('outcome of this claim; set once.'),
	reason: optional(text('reason of the outcome, as one word.', 64, {pattern: '^[A-Z][A-Za-z0-9]*$'})),
	message: optional(text('message tells a person what happened, and what happens next.', 4096)),
	archive: optional(text('archive is the ID of the archive; set once it is durable and visible.', 64, {pattern: '^[0-9a-f]{8,64}$'})),
	parent: optional(text('parent is the ID of the archive that this one was compared with to find what changed.', 64, {pattern: '^[0-9a-f]{8,64}$'})),
	filesTotal: optional(count('filesTotal is the number of files in the archive.')),
	filesNew: optional(count('filesNew is how many of them the parent does not have.')),
	filesChanged: optional(count('filesChanged is how many of them differ from the parent.')),
	filesUnmodified: optional(count('filesUnmodified is how many of them were not read because the parent has them.')),
	filesSkipped: optional(count('filesSkipped is the number of entries that could not be read.')),
	skipped: skippedField,
	bytesRead: optional(count('bytesRead is what was read from the volume.')),
	bytesTotal: optional(count('bytesTotal is the size of all files in the archive.')),
	bytesAdded: optional(count('bytesAdded is what the repository did not have yet, before compression.')),
	bytesStored: optional(count('bytesStored is what was uploaded for it.')),
	durationSeconds: optional(count('durationSeconds is the time from the start of the first attempt to the outcome.')),
	progress: progressField,
});

const summary = object('summary is the run in words, for people and for the columns of `kubectl get`; programs read the other fields.', {
	source: optional(text('source is the claim, or how many claims there are.', 253)),
	archive: optional(text('archive is the first 8 digits of the archive\'s ID, or how many archives were made.', 64)),
	added: optional(text('added is bytesAdded with a unit.', 32)),
	duration: optional(text('duration is durationSeconds as in 1h2m3s.', 32)),
	node: optional(text('node is where the mover runs or ran, or how many nodes there were.', 253)),
});

export const volumeBackupStatus = object('status is what was last observed.', {
	...runStatusFields,
	bytesAdded: optional(count('bytesAdded is the sum over all volumes.')),
	durationSeconds: optional(count('durationSeconds is the time from startTime to completionTime.')),
	summary: optional(summary),
	deletion: optional(object('deletion is what becomes of the archives now that this object is deleted; only with deletionPolicy Delete.', {
		archives: choice('archives: Remove, or Retain with the reason in message.', ['Remove', 'Retain']),
		message: text('message tells a person why.', 1024),
	})),
	volumes: optional(listMap('volumes tells the story of each claim.', ['claimName'], volume, 64)),
});

export type VolumeBackupStatus = Static<typeof volumeBackupStatus>;
export type VolumeStatus = Static<typeof volume>;
export type CaptureStatus = Static<typeof capture>;
