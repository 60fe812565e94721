import {count, list, object, objectName, optional, text, time} from './fields.ts';
import {conditionsField, observedGeneration, outcomeField} from './status-fields.ts';
import type {Static} from 'typebox';

const cause = text('cause is why the run was made: schedule, catch-up, continuous, manual, or how a workload failed.', 32, {pattern: '^[a-z]+(-[a-z]+)*$'});

const pendingRun = object('A run that is due and waits for the end of another.', {
	dueTime: time('dueTime is when it was due.'),
	cause,
});

const lastRun = object('lastRun is the run that has ended last.', {
	name: objectName('name of the VolumeBackup, which historyLimits may have removed since.'),
	cause,
	outcome: outcomeField('outcome is what it really did.'),
	startTime: optional(time('startTime is when it began.')),
	completionTime: optional(time('completionTime is when it ended.')),
});

const manual = object('manual is the last token that was seen.', {
	token: text('token is what spec.triggers.manual was.', 128),
	name: optional(objectName('name of the VolumeBackup made for it; absent for the token that the schedule was created with.')),
	time: optional(time('time is when that was made.')),
});

const workloadFailure = object('workloadFailure is the last backup that a failing workload led to.', {
	cause,
	pod: optional(text('pod that failed, or that mounts the volume; absent where none does.', 253)),
	claimName: objectName('claimName is a claim that it mounts.'),
	incidentTime: time('incidentTime is when it failed.'),
	time: time('time is when the backup was made.'),
	name: objectName('name of the VolumeBackup.'),
	repeats: count('repeats is how many such backups came before this one without a rest; each doubles the pause.'),
});

/** Runs that were due and not made, by why. */
const skipped = object('skipped counts runs that were due and not made.', {
	missed: optional(count('missed is how many passed while nobody could make them and catchUp left out.')),
	suspended: optional(count('suspended is how many fell into a time of suspension.')),
	blackout: optional(count('blackout is how many fell into a blackout window.')),
	concurrency: optional(count('concurrency is how many came while another ran, with concurrencyPolicy Forbid.')),
	late: optional(count('late is how many were later than startingDeadlineSeconds.')),
	superseded: optional(count('superseded is how many waited for another run until a newer one took their place.')),
	unchanged: optional(count('unchanged is how often a continuous schedule began to rest because nothing could have changed.')),
});

const unchanged = object('unchanged tells of a continuous schedule that rests, or rested since its last run, because nothing could have changed.', {
	sinceTime: time('sinceTime is when a run would have been made.'),
	untilTime: optional(time('untilTime is when a pod came that could write, or something else changed; absent while it rests. Up to then the newest archives hold what the claims hold.')),
});

const summary = object('summary is the schedule in words, for people and for the columns of `kubectl get`; programs read the other fields.', {
	schedule: optional(text('schedule is the cron expression and its time zone, or the target of a continuous one.', 512)),
	next: optional(text('next is nextRunTime to the minute.', 64)),
});

export const volumeBackupScheduleStatus = object('status is what was last observed.', {
	conditions: optional(conditionsField),
	observedGeneration: optional(observedGeneration),
	consideredTime: optional(time('consideredTime: of every run due up to then it is settled whether it is made.')),
	timing: optional(text('timing is a fingerprint of cron, timeZone and jitterSeconds that consideredTime is about; when they change, counting starts anew.', 64)),
	suspendTime: optional(time('suspendTime is when suspension was first seen; absent unless suspended.')),
	nextRunTime: optional(time('nextRunTime is when the next run starts, jitter included; absent when none is due.')),
	offsetSeconds: optional(count('offsetSeconds is this object\'s part of jitterSeconds.')),
	active: optional(list('active names runs that have not ended, at most 10.', objectName('A VolumeBackup.'), 10)),
	pending: optional(list('pending are runs that wait for the end of another.', pendingRun, 64)),
	lastRunTime: optional(time('lastRunTime is when a run was last made.')),
	lastRun: optional(lastRun),
	lastSuccessTime: optional(time('lastSuccessTime is when a run last ended with every claim archived.')),
	lastSuccessStartTime: optional(time('lastSuccessStartTime is when that run began: the newest archives are not older.')),
	failuresInRow: optional(count('failuresInRow is how many runs have failed since the last success.')),
	runs: optional(count('runs is how many runs were made.')),
	skipped: optional(skipped),
	unchanged: optional(unchanged),
	manual: optional(manual),
	workloadFailure: optional(workloadFailure),
	summary: optional(summary),
});

export type VolumeBackupScheduleStatus = Static<typeof volumeBackupScheduleStatus>;
export type PendingRun = Static<typeof pendingRun>;
export type SkipReason = keyof Static<typeof skipped>;
export type FailedWorkload = Static<typeof workloadFailure>;
