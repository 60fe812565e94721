import {choice, integer, labelName, object, objectName, optional, quantity, set, stringMap, text, time} from './fields.ts';
import {globs} from './glob-fields.ts';
import {moverSettingsSchema} from './mover-settings.ts';
import {runSpecFields} from './run-fields.ts';
import type {Static} from 'typebox';
import type {KubeObject} from './object-meta.ts';
import type {VolumeRestoreStatus} from './volume-restore-status.ts';

const from = object('from is the archive: named by its ID, or found as the newest of a claim.', {
	archive: optional(text('archive is the ID of an archive, or its first 8 or more digits.', 64, {pattern: '^[0-9a-f]{8,64}$'})),
	claimName: optional(objectName('claimName means the newest archive of the claim that had this name.')),
	namespace: optional(labelName('namespace that the claim was in when it was archived. Default: the namespace of this object.')),
	asOf: optional(time('asOf passes over archives of the claim that are newer than this instant.')),
	previous: optional(integer('previous passes over that many newest archives of the claim, after asOf.', {minimum: 1, maximum: 100_000})),
}, {
	rules: [
		{
			rule: '[has(self.archive), has(self.claimName)].exists_one(present, present)',
			message: 'exactly one of archive and claimName must be set',
		},
		{
			rule: 'has(self.claimName) || !(has(self.namespace) || has(self.asOf) || has(self.previous))',
			message: 'namespace, asOf and previous go with claimName: an archive ID already says which one is meant',
		},
	],
});

const claimTemplate = object('claimTemplate is a claim that is created and filled; one of that name must not exist yet. It stays when this object is deleted.', {
	metadata: object('metadata of the claim.', {
		name: objectName('name of the claim.'),
		labels: optional(stringMap('labels of the claim.', {maxLength: 63})),
		annotations: optional(stringMap('annotations of the claim.', {maxLength: 4096})),
	}),
	spec: object('spec of the claim.', {
		accessModes: set('accessModes of the claim.', choice('An access mode.', ['ReadWriteOnce', 'ReadWriteMany', 'ReadWriteOncePod']), 3, {
			rules: [{rule: 'self.size() > 0', message: 'accessModes must name at least one mode'}],
		}),
		resources: object('resources of the claim.', {
			requests: object('requests of the claim.', {storage: quantity('storage is the size of the volume.')}),
		}),
		storageClassName: optional(objectName('storageClassName of the claim. Default: the cluster\'s default class.')),
		volumeMode: choice('volumeMode of the claim; archives hold files.', ['Filesystem'], {default: 'Filesystem'}),
	}),
});

const to = object('to is where the data goes: exactly one of an existing claim and a new one.', {
	claimName: optional(objectName('claimName is an existing claim of this namespace. Where its consumer excludes a second pod, the restore waits with ClaimInUse.')),
	claimTemplate: optional(claimTemplate),
}, {
	rules: [{
		rule: '[has(self.claimName), has(self.claimTemplate)].exists_one(present, present)',
		message: 'exactly one of claimName and claimTemplate must be set',
	}],
});

export const volumeRestoreSpec = object('spec is what the user wants. A VolumeRestore is one run, so its spec never changes.', {
	repositoryRef: runSpecFields.repositoryRef,
	from,
	to,
	paths: globs('paths limits the restore to entries that match one of these patterns, and to what lies below them; empty means everything.'),
	overwrite: optional(choice([
		'overwrite says what happens to files that the target already has. Absent: the target must be empty, else the restore fails with TargetNotEmpty and touches nothing.',
		'Never: they stay, only missing files are added. IfChanged: those whose size, time or content differ are replaced. IfNewer: those older than the archive\'s are replaced. Always: all are replaced.',
	].join(' '), ['Never', 'IfChanged', 'IfNewer', 'Always'])),
	extraFiles: choice('extraFiles says what happens to entries of the target that the archive does not have. Keep: they stay. Delete: they are removed, below `paths` when these are set.', ['Keep', 'Delete'], {default: 'Keep'}),
	onMissing: choice('onMissing says what it means when the repository has no archive that fits `from`. Fail: the run fails with ArchiveNotFound. LeaveEmpty: it succeeds and leaves the target as it is. A repository or store that cannot be reached is never taken for a missing archive.', ['Fail', 'LeaveEmpty'], {default: 'Fail'}),
	damaged: choice('damaged says what happens to files of the archive that the repository does not hold whole any more. Fail: the run ends with RepositoryDamaged as soon as one is met. Skip: they are left out as a whole and named in `skipped`, everything else is restored, and the run ends as failed with RepositoryDamaged all the same. Everything is read twice then.', ['Fail', 'Skip'], {default: 'Fail'}),
	activeDeadlineSeconds: runSpecFields.activeDeadlineSeconds,
	retry: runSpecFields.retry,
	mover: moverSettingsSchema('mover says how the pod of this run works; what is not set here comes from the repository.'),
}, {
	rules: [
		{
			rule: 'self == oldSelf',
			message: 'spec cannot be changed: a VolumeRestore is one run; create another one',
			reason: 'FieldValueForbidden',
		},
		{
			rule: 'self.extraFiles == \'Keep\' || (has(self.overwrite) && self.overwrite != \'Never\')',
			message: 'extraFiles: Delete makes the target equal to the archive, so overwrite must be IfChanged, IfNewer or Always',
			fieldPath: '.extraFiles',
		},
		{
			rule: 'self.damaged == \'Fail\' || self.extraFiles == \'Keep\'',
			message: 'extraFiles: Delete removes what the archive does not have, which cannot be told from what is damaged: it goes with damaged: Fail',
			fieldPath: '.damaged',
		},
		{
			rule: 'self.onMissing == \'Fail\' || has(self.from.claimName)',
			message: 'onMissing: LeaveEmpty goes with from.claimName: an archive named by its ID is expected to exist',
			fieldPath: '.onMissing',
		},
	],
});

export type VolumeRestoreSpec = Static<typeof volumeRestoreSpec>;
export type VolumeRestore = KubeObject<VolumeRestoreSpec, VolumeRestoreStatus>;
export type ClaimTemplate = Static<typeof claimTemplate>;
export type {VolumeRestoreStatus} from './volume-restore-status.ts';
