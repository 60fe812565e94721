import {failureCauses} from './group.ts';
import type {WorkloadFailure} from './group.ts';
import {choice, flag, integer, list, object, optional, set, stringMap, text} from './fields.ts';
import {retentionField} from './retention-fields.ts';
import {templateSpec} from './volume-backup.ts';
import type {Static} from 'typebox';
import type {KubeObject} from './object-meta.ts';
import type {VolumeBackupScheduleStatus} from './volume-backup-schedule-status.ts';

/*
What a cron expression looks like; whether its numbers make sense only a parser can tell. Without `?`, which some parsers take for the time
at which they read it.
*/
const cron = (description: string) => text(description, 256, {
	rules: [{
		rule: 'self.matches(\'^(@(hourly|daily|midnight|weekly|monthly|yearly|annually)|[0-9A-Za-z*,/#-]+( +[0-9A-Za-z*,/#-]+){4})$\')',
		message: 'a cron expression has five fields (minute, hour, day of month, month, day of week), such as "30 2 * * *", or is one of @hourly, @daily, @weekly, @monthly, @yearly',
	}],
});

const timeZone = (description: string, extra: {default?: string} = {}) => text(description, 64, {
	...extra,
	rules: [{
		rule: 'self.matches(\'^[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$\') && self != \'Local\'',
		message: 'a time zone has a name of the IANA database, such as Europe/Berlin or Etc/UTC',
	}],
});

const blackoutWindow = object('A window of time in which no run starts.', {
	cron: cron('cron says when the window begins.'),
	durationSeconds: integer('durationSeconds is how long it lasts.', {minimum: 60, maximum: 2_678_400}),
	timeZone: optional(timeZone('timeZone of the cron expression. Default: the schedule\'s.')),
});

const continuous = object('continuous runs again and again, so that the newest archive is never older than the target.', {
	targetLagSeconds: integer('targetLagSeconds is the age that the newest archive may reach (RPO). The next run starts early enough to end before that, as far as the length of the last one tells; where runs take longer, at the end of the one before.', {minimum: 60, maximum: 604_800}),
	whenUnchanged: choice('whenUnchanged says what to do while nothing can have changed since the last run: no pod that could write to one of the claims has existed since it was made, none of them is ReadWriteMany or ReadOnlyMany, and they and this spec are the same. Rest: no run is made until something can have changed, but one a day all the same. Run: runs are made as ever, for volumes that are also written past Kubernetes.', ['Rest', 'Run'], {default: 'Rest'}),
});

const causes = Object.keys(failureCauses) as [WorkloadFailure, ...WorkloadFailure[]];

const onWorkloadFailure = object('onWorkloadFailure takes an extra backup when a pod fails that mounts a claim of the source, before things get worse. Absent: none is taken.', {
	minIntervalSeconds: integer('minIntervalSeconds is the least time between two such backups. While failures go on it doubles each time, up to a day.', {minimum: 60, maximum: 604_800, default: 3600}),
	causes: set('causes are the failures that count. CrashLoop: a container is started again and again. OutOfMemory: one was killed for its memory. Unready: a pod that was ready has not been for a minute. NodeLost: its node does not answer. VolumeAbnormal: its storage driver reports the volume as abnormal, which few drivers do.', choice('A failure.', causes), causes.length, {default: [...causes]}),
});

export const volumeBackupScheduleSpec = object('spec is what the user wants.', {
	cron: optional(cron('cron says when runs are due: five fields as in crontab, names of days and months, L, W and # included, or @daily and the like.')),
	continuous: optional(continuous),
	timeZone: timeZone('timeZone in which cron is read. An hour and minute without * or / that the change to summer time leaves out is due right after the gap, one that occurs twice is due once, at the first; other expressions pass over the gap, and are due in both hours.', {default: 'Etc/UTC'}),
	jitterSeconds: integer('jitterSeconds spreads schedules of the same time: each run starts later by a part of this that is always the same for the same object.', {minimum: 0, maximum: 86_400, default: 0}),
	startingDeadlineSeconds: optional(integer('startingDeadlineSeconds is how late a run may start; a later one is skipped and counted. Default: no limit.', {minimum: 10, maximum: 2_592_000})),
	catchUp: object('catchUp says what happens to runs whose time has passed without them, as while the operator was down.', {
		policy: choice('policy. None: only one that is at most five minutes late is made. Last: the newest one is made, all before it are counted as missed. All: each is made, one after another, the newest `limit` of them.', ['None', 'Last', 'All'], {default: 'Last'}),
		limit: integer('limit is how many runs policy All makes at most.', {minimum: 1, maximum: 50, default: 10}),
	}, {default: {}}),
	concurrencyPolicy: choice('concurrencyPolicy says what happens when a run is due and another of this schedule has not ended. Forbid: it is skipped and counted. Replace: the other is deleted. Queue: it waits for the other\'s end; of several that wait the newest is made, or with catchUp.policy All the newest `limit`.', ['Forbid', 'Replace', 'Queue'], {default: 'Forbid'}),
	suspend: flag('suspend makes no runs while it is true; those of that time are counted and never made up for. Runs under way go on, and a manual token still works.', {default: false}),
	blackoutWindows: optional(list('blackoutWindows are times in which no run starts: those due then are skipped and counted, those held up until then start afterwards. A manual token still works.', blackoutWindow, 16)),
	historyLimits: object('historyLimits say how many ended VolumeBackups are kept. Older objects are deleted; archives never are, for these there is retention.', {
		successful: integer('successful is how many that succeeded are kept.', {minimum: 0, maximum: 1000, default: 3}),
		failed: integer('failed is how many that failed are kept.', {minimum: 0, maximum: 1000, default: 3}),
	}, {default: {}}),
	triggers: optional(object('triggers are causes of runs beside the time.', {
		manual: optional(text('manual is a token of any text: whenever it changes, one run is made, and status.manual.token shows it. The token that an object is created with makes none, so that what is rebuilt from Git does not run at once.', 128)),
		onWorkloadFailure: optional(onWorkloadFailure),
	})),
	retention: optional(retentionField('retention says which archives of this schedule are kept. Default: the repository\'s.')),
	template: object('template is what each run is made from.', {
		metadata: optional(object('metadata is given to each VolumeBackup.', {
			labels: optional(stringMap('labels of each VolumeBackup, beside those of Lazarette.', {maxLength: 63})),
			annotations: optional(stringMap('annotations of each VolumeBackup.', {maxLength: 4096})),
		}, {
			rules: [{
				rule: '(!has(self.labels) || self.labels.all(key, !key.startsWith(\'lazarette.dev/\'))) && (!has(self.annotations) || self.annotations.all(key, !key.startsWith(\'lazarette.dev/\')))',
				message: 'labels and annotations that begin with lazarette.dev/ are set by the schedule itself',
			}],
		})),
		spec: templateSpec,
	}),
}, {
	rules: [
		{
			rule: 'has(self.cron) != has(self.continuous)',
			message: 'exactly one of cron and continuous must be set',
		},
		{
			rule: 'has(self.cron) || !has(self.startingDeadlineSeconds)',
			message: 'startingDeadlineSeconds goes with cron: a continuous schedule is never too late',
			fieldPath: '.startingDeadlineSeconds',
		},
		{
			rule: 'self.catchUp.policy != \'All\' || self.concurrencyPolicy == \'Queue\'',
			message: 'catchUp.policy All makes several runs, which must wait for each other: it goes with concurrencyPolicy Queue',
			fieldPath: '.catchUp.policy',
		},
	],
});

export type VolumeBackupScheduleSpec = Static<typeof volumeBackupScheduleSpec>;
export type VolumeBackupSchedule = KubeObject<VolumeBackupScheduleSpec, VolumeBackupScheduleStatus>;
export type CatchUp = VolumeBackupScheduleSpec['catchUp'];
export type ConcurrencyPolicy = VolumeBackupScheduleSpec['concurrencyPolicy'];
export type {VolumeBackupScheduleStatus} from './volume-backup-schedule-status.ts';
