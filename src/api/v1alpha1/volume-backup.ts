import {choice, list, object, objectName, optional, set, stringMap, text} from './fields.ts';
import {globs} from './glob-fields.ts';
import {moverSettingsSchema} from './mover-settings.ts';
import {runSpecFields} from './run-fields.ts';
import type {Static} from 'typebox';
import type {KubeObject} from './object-meta.ts';
import type {VolumeBackupStatus} from './volume-backup-status.ts';

const requirement = object('A requirement on one label.', {
	key: text('key of the label.', 317),
	operator: choice('operator relates the label to values.', ['In', 'NotIn', 'Exists', 'DoesNotExist']),
	values: optional(set('values for In and NotIn.', text('A value of the label.', 63, {minLength: 0}), 64)),
}, {
	rules: [{
		rule: 'self.operator in [\'In\', \'NotIn\'] ? has(self.values) && self.values.size() > 0 : !has(self.values) || self.values.size() == 0',
		message: 'values must be set for In and NotIn, and only for them',
		fieldPath: '.values',
	}],
});

const workloadRef = object('workloadRef is a workload of this namespace; its claims are meant: those that its pod template names, and those made from the claim templates of a StatefulSet, whichever of its pods run.', {
	kind: choice('kind of the workload.', ['StatefulSet', 'Deployment', 'DaemonSet', 'Pod']),
	name: objectName('name of the workload.'),
});

const source = object('source is what to protect: exactly one way of naming claims of this namespace.', {
	claimName: optional(objectName('claimName is one claim.')),
	claimSelector: optional(object('claimSelector means all claims whose labels match, at most 64; {} means every claim of the namespace. Matching none is a failure.', {
		matchLabels: optional(stringMap('matchLabels are labels that must all be equal.', {maxLength: 63})),
		matchExpressions: optional(list('matchExpressions are requirements that must all hold.', requirement, 32)),
	})),
	workloadRef: optional(workloadRef),
}, {
	rules: [{
		rule: '[has(self.claimName), has(self.claimSelector), has(self.workloadRef)].exists_one(present, present)',
		message: 'exactly one of claimName, claimSelector and workloadRef must be set',
	}],
});

const capture = object('capture says how a view of the volume is made for the mover to read.', {
	method: choice('method: Snapshot of the storage driver, Clone by the storage driver, or Direct, which reads the claim itself (read-only, beside its consumer). Auto takes the first of them that works for the claim, and status says which and why.', ['Auto', 'Snapshot', 'Clone', 'Direct'], {default: 'Auto'}),
	snapshotClassName: optional(objectName('snapshotClassName is the VolumeSnapshotClass. Default: the driver\'s default class, else its only one.')),
	stagedStorageClassName: optional(objectName('stagedStorageClassName is the StorageClass of the temporary claim made from the snapshot or clone. Default: the claim\'s own.')),
}, {
	default: {},
	rules: [
		{
			rule: '!has(self.snapshotClassName) || self.method in [\'Auto\', \'Snapshot\']',
			message: 'snapshotClassName goes with method Auto or Snapshot only',
			fieldPath: '.snapshotClassName',
		},
		{
			rule: '!has(self.stagedStorageClassName) || self.method != \'Direct\'',
			message: 'stagedStorageClassName has no meaning for method Direct, which makes no temporary claim',
			fieldPath: '.stagedStorageClassName',
		},
	],
});

/** What a run is asked for, also as part of a schedule's template. */
const backupFields = {
	repositoryRef: runSpecFields.repositoryRef,
	source,
	capture,
	include: globs('include limits the archive to entries that match one of these patterns, and to what lies below them; empty means everything.'),
	exclude: globs('exclude leaves out entries that match; evaluated in order, the last match wins.'),
	onEmptySource: choice('onEmptySource says what it means when there is nothing to archive. Fail: the run fails. Warn: it succeeds with a warning. Allow: it succeeds.', ['Fail', 'Warn', 'Allow'], {default: 'Fail'}),
	onUnreadableFile: choice('onUnreadableFile says what it means when an entry cannot be read. Warn: the rest is archived and the run ends SucceededWithWarnings. Fail: the run fails and no archive becomes visible.', ['Warn', 'Fail'], {default: 'Warn'}),
	tags: set('tags are recorded in the archive.', text('A tag.', 160, {pattern: '^[^\\s,]+$'}), 32, {default: []}),
	deletionPolicy: choice('deletionPolicy says what becomes of the archives when this object is deleted. Retain: they stay, for retention to decide. Delete: they are removed with it, except when its namespace goes, when many are deleted at once, or when one is the last good archive of its claim.', ['Retain', 'Delete'], {default: 'Retain'}),
	activeDeadlineSeconds: runSpecFields.activeDeadlineSeconds,
	retry: runSpecFields.retry,
	mover: moverSettingsSchema('mover says how the pods of this run work; what is not set here comes from the repository.'),
};

export const volumeBackupSpec = object('spec is what the user wants. A VolumeBackup is one run, so its spec never changes.', backupFields, {
	rules: [{
		rule: 'self == oldSelf',
		message: 'spec cannot be changed: a VolumeBackup is one run; create another one',
		reason: 'FieldValueForbidden',
	}],
});

/** The spec of runs that a schedule makes; changing it changes later runs only. */
export const templateSpec = object('spec of each run, as in a VolumeBackup.', backupFields, {
	rules: [
		{
			rule: 'self.tags.size() <= 30',
			message: 'template.spec.tags must have at most 30 entries: a schedule adds its own',
			fieldPath: '.tags',
		},
		{
			rule: 'self.deletionPolicy == \'Retain\'',
			message: 'template.spec.deletionPolicy must be Retain: a schedule deletes old VolumeBackups by historyLimits, and their archives by retention alone',
			fieldPath: '.deletionPolicy',
		},
	],
});

export type VolumeBackupSpec = Static<typeof volumeBackupSpec>;
export type VolumeBackup = KubeObject<VolumeBackupSpec, VolumeBackupStatus>;
export type CaptureWish = VolumeBackupSpec['capture'];
export type {VolumeBackupStatus, VolumeStatus, CaptureStatus} from './volume-backup-status.ts';
