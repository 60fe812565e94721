import {choice, count, integer, list, listMap, object, objectName, optional, text, time} from './fields.ts';
import {keysStatus, lockStatus, maintenanceField, maintenanceStatus, retentionStatus} from './maintenance-fields.ts';
import {moverSettingsSchema} from './mover-settings.ts';
import {retentionField} from './retention-fields.ts';
import {attemptFields, conditionsField, observedGeneration} from './status-fields.ts';
import {circuitField, repositoryLimits} from './repository-limits.ts';
import {s3StorageSchema} from './s3-storage.ts';
import type {Static} from 'typebox';
import type {KubeObject} from './object-meta.ts';

const filesystem = object('filesystem keeps the repository in a directory of a claim in the same namespace.', {
	claimName: objectName('claimName is the claim; its access mode decides where movers can run.'),
	path: text('path is a directory of the claim, relative to its root; empty means the root itself.', 512, {
		minLength: 0,
		default: '',
		rules: [{
			rule: 'self == \'\' || self.split(\'/\').all(segment, segment != \'\' && segment != \'.\' && segment != \'..\')',
			message: 'path must be relative, such as "backups/shop": no leading or trailing "/", and no empty, "." or ".." segment',
		}],
	}),
});

const storage = object('storage is where the repository lives: exactly one kind.', {
	s3: optional(s3StorageSchema),
	filesystem: optional(filesystem),
}, {
	rules: [{
		rule: '[has(self.s3), has(self.filesystem)].exists_one(present, present)',
		message: 'exactly one of s3 and filesystem must be set',
	}],
});

const passwordRef = (description: string) => object(description, {
	name: objectName('name of the Secret, in the same namespace.'),
	key: text('key of the Secret that holds the password.', 253, {pattern: '^[-._a-zA-Z0-9]+$', default: 'password'}),
});

const encryption = object('encryption says how archives are protected.', {
	passwordSecretRef: passwordRef('passwordSecretRef is the Secret with the password that opens the repository. Without it the archives are lost: keep a copy outside the cluster.'),
	previousPasswordSecretRef: optional(passwordRef('previousPasswordSecretRef is the Secret with the password before this one. Where the new one does not open the repository yet, this one does and the new one is added; later it is removed from the repository.')),
	removePreviousAfterSeconds: integer('removePreviousAfterSeconds is how long the password before goes on to open the repository beside the new one, such as for runs that still use it.', {minimum: 0, maximum: 31_536_000, default: 604_800}),
});

export const backupRepositorySpec = object('spec is what the user wants.', {
	storage,
	layout: choice('layout is the format of the repository. Restic: the public restic v2 format, deduplicated and encrypted, which restic itself reads and writes.', ['Restic'], {default: 'Restic'}),
	encryption,
	initialization: choice('initialization says what to do at an empty location. IfEmpty: create a repository, once; Never: report NotARepository. A location where anything of a repository is found is never initialised.', ['IfEmpty', 'Never'], {default: 'IfEmpty'}),
	probeIntervalSeconds: integer('probeIntervalSeconds is how often the repository is opened again to see whether it is still usable and what it holds.', {minimum: 60, maximum: 604_800, default: 3600}),
	limits: repositoryLimits,
	mover: moverSettingsSchema('mover holds defaults for all movers of this repository; a run\'s own mover settings win field by field.'),
	retention: optional(retentionField('retention says which archives of each claim are kept, where their schedule does not say it itself. Archives with the tag lazarette:pinned and the last good archive of each claim always stay.')),
	maintenance: optional(maintenanceField),
}, {
	rules: [
		{
			rule: '!has(self.retention) || (has(self.maintenance) && (has(self.maintenance.prune) || has(self.maintenance.forget)))',
			message: 'retention needs maintenance.prune or maintenance.forget, which say when it is applied',
			fieldPath: '.retention',
		},
		{
			rule: '!has(self.maintenance) || !has(self.maintenance.credentialsSecretRef) || has(self.storage.s3)',
			message: 'maintenance.credentialsSecretRef goes with storage.s3 only',
			fieldPath: '.maintenance.credentialsSecretRef',
		},
	],
});

const newestArchive = object('The newest archive of one claim.', {
	id: text('id of the archive.', 64, {pattern: '^[0-9a-f]{8,64}$'}),
	time: time('time is the instant that the archive shows.'),
	hostname: text('hostname recorded in the archive; for Lazarette\'s archives the claim\'s namespace.', 253, {minLength: 0}),
	path: text('path recorded in the archive; for Lazarette\'s archives "/" and the claim\'s name.', 4096, {minLength: 0}),
});

const summary = object('summary is the repository in words, for people and for the columns of `kubectl get`; programs read the other fields.', {
	storage: optional(text('storage is the kind of storage and the bucket or claim.', 320)),
	size: optional(text('size is storedBytes with a unit.', 32)),
});

export const backupRepositoryStatus = object('status is what was last observed.', {
	conditions: optional(conditionsField),
	observedGeneration: optional(observedGeneration),
	repositoryId: optional(text('repositoryId is the ID in the repository\'s config. Once known, a location that holds anything else is refused.', 64, {pattern: '^[0-9a-f]{64}$'})),
	location: optional(text('location is where the last probe looked, in one line and without credentials.', 3072)),
	archives: optional(count('archives is the number of archives in the repository.')),
	storedBytes: optional(count('storedBytes is what the archives occupy in the store.')),
	summary: optional(summary),
	logicalBytes: optional(count('logicalBytes is the size of all archives as they were read, as far as they tell it.')),
	locks: optional(count('locks is the number of locks found by the last probe.')),
	heldLocks: optional(list('heldLocks names the locks found by the last probe, at most 10.', lockStatus, 10)),
	maintenance: optional(maintenanceStatus),
	retention: optional(retentionStatus),
	keys: optional(keysStatus),
	newest: optional(listMap('newest lists the newest archive of each claim, the 50 most recent ones.', ['hostname', 'path'], newestArchive, 50)),
	lastProbeTime: optional(time('lastProbeTime is when the repository was last opened with success.')),
	probedInputs: optional(text('probedInputs is a fingerprint of spec and Secret versions that the last probe used; when they have changed, the repository is probed without waiting for nextAttemptTime.', 64)),
	circuit: circuitField,
	...attemptFields,
});

export type BackupRepositorySpec = Static<typeof backupRepositorySpec>;
export type BackupRepositoryStatus = Static<typeof backupRepositoryStatus>;
export type BackupRepository = KubeObject<BackupRepositorySpec, BackupRepositoryStatus>;
export type RepositoryStorage = BackupRepositorySpec['storage'];
export type NewestArchiveStatus = Static<typeof newestArchive>;
