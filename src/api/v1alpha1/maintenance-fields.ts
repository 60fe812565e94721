import {choice, count, integer, list, listMap, object, objectName, optional, set, text, time} from './fields.ts';
import {careKinds} from './mover-contract.ts';
import type {Static} from 'typebox';
import type {CareKind} from './mover-contract.ts';

const cron = (description: string) => text(description, 128, {
	rules: [{
		rule: 'self.matches(\'^(@(hourly|daily|midnight|weekly|monthly|yearly|annually)|[0-9A-Za-z*,/#-]+( +[0-9A-Za-z*,/#-]+){4})$\')',
		message: 'cron must have five fields (minute, hour, day of month, month, day of week), such as "0 4 * * 0", or be one of @hourly, @daily, @weekly, @monthly, @yearly',
	}],
});

const timeZone = text('timeZone is the IANA zone in which cron is meant, such as Europe/Berlin.', 64, {pattern: '^[A-Za-z][-+_/A-Za-z0-9]*$', default: 'Etc/UTC'});

const timeLimit = (what: string, seconds: number) => integer(`timeLimitSeconds is how long ${what} may take; what is not done by then is left to the next one.`, {minimum: 60, maximum: 604_800, default: seconds});

/** How a repository looks after itself; what is left out is not done. */
export const maintenanceField = object('maintenance says when the repository is tended, in Jobs of its own, one at a time. What is left out is not done.', {
	forget: optional(object('forget applies retention between prunes. Without it retention is applied at the beginning of each prune.', {
		cron: cron('cron says when.'),
		timeZone,
	})),
	prune: optional(object('prune applies retention and then removes the data that no archive needs any more. It has the repository for itself: runs that become due meanwhile wait.', {
		cron: cron('cron says when.'),
		timeZone,
		maxRepackBytes: optional(count('maxRepackBytes limits how much of partly used data one prune rewrites; the rest is left to the next one.')),
		timeLimitSeconds: timeLimit('a prune', 3600),
	})),
	check: optional(object('check proves listings, index and directories each time, and reads a rotating share of the data again. It runs beside backups.', {
		cron: cron('cron says when.'),
		timeZone,
		fullEveryDays: integer('fullEveryDays is the time within which all data is read again; each check reads the share that this takes.', {minimum: 1, maximum: 3650, default: 30}),
		timeLimitSeconds: timeLimit('a check', 21_600),
	})),
	jitterSeconds: integer('jitterSeconds spreads repositories with the same cron: each begins up to so much later, always by the same.', {minimum: 0, maximum: 86_400, default: 600}),
	retentionGraceSeconds: integer('retentionGraceSeconds is how long a new or changed retention policy only says in status what it would remove, before it removes anything. 0: no grace.', {minimum: 0, maximum: 2_592_000, default: 86_400}),
	serviceAccountName: optional(objectName('serviceAccountName is the service account of the Jobs that tend the repository; its token is never mounted. Default: the one of the movers.')),
	credentialsSecretRef: optional(object('credentialsSecretRef is a Secret with the same keys as that of storage.s3, for these Jobs only: with it, movers that write need no permission to delete data.', {
		name: objectName('name of the Secret, in the same namespace.'),
	})),
}, {
	rules: [{
		rule: 'has(self.forget) || has(self.prune) || has(self.check)',
		message: 'maintenance must have at least one of forget, prune and check',
	}],
});

/** What is done by the clock; the others are done when somebody wants them. */
export const scheduledCareKinds = ['forget', 'prune', 'check'] as const satisfies readonly CareKind[];
export type ScheduledCareKind = (typeof scheduledCareKinds)[number];

/** Kinds of care as status names them. */
export const careNames = {forget: 'Forget', prune: 'Prune', check: 'Check', delete: 'Delete', removeKey: 'RemoveKey'} as const satisfies Record<CareKind, string>;
const careWords = Object.values(careNames) as [CareName, ...CareName[]];

export type CareName = (typeof careNames)[CareKind];
export const careKindOf = (name: CareName): CareKind => careKinds.find(kind => careNames[kind] === name)!;

const attempts = {
	lastTime: optional(time('lastTime is when it was last done.')),
	lastJob: optional(text('lastJob is the Job whose end this tells.', 63)),
	durationSeconds: optional(count('durationSeconds is how long it took.')),
	message: optional(text('message tells a person how it ended.', 2048)),
	failures: optional(count('failures is how often it failed since.')),
	failure: optional(text('failure is why the last attempt failed, as one word.', 64, {pattern: '^[A-Z][A-Za-z0-9]*$'})),
	retryTime: optional(time('retryTime is when it is tried again after a failure.')),
};

const planned = {
	schedule: optional(text('schedule is the cron and time zone that nextTime is worked out from.', 256)),
	sinceTime: optional(time('sinceTime is when this schedule was first seen: what was due before does not count.')),
	nextTime: optional(time('nextTime is when it is due.')),
	...attempts,
};

const finding = object('A defect.', {
	object: text('object is the file of the repository, or the directory, that it is about.', 256),
	message: text('message says what is wrong.', 512),
});

/** Memory between one piece of care and the next, and what people want to know of them. */
export const maintenanceStatus = object('maintenance tells how the repository is tended.', {
	job: optional(object('job is what is being done; absent when nothing is.', {
		name: text('name of the Job.', 63),
		kind: choice('kind of work.', careWords),
		startTime: time('startTime is when the Job was made.'),
		attempt: count('attempt is how often this was begun since it last succeeded.'),
	})),
	waiting: optional(object('waiting is what is due and waits for movers of the repository to end.', {
		kind: choice('kind of work.', careWords),
		sinceTime: time('sinceTime is when it began to wait.'),
	})),
	exclusive: optional(choice('exclusive is present while the repository belongs to this work alone, or is kept free for it: runs that become due wait.', careWords)),
	forget: optional(object('forget is about the application of retention.', {...planned, removed: optional(count('removed is how many archives it removed.')), kept: optional(count('kept is how many archives stay.'))})),
	prune: optional(object('prune is about the removal of data that nothing needs.', {
		...planned,
		freedBytes: optional(count('freedBytes is what the last one freed in the store.')),
		unusedBytes: optional(count('unusedBytes is what was left of data that nothing needs.')),
		extent: optional(choice('extent tells whether all was done that should be, maxRepackBytes left some of it to the next one, or timeLimitSeconds stopped it before its end.', ['Complete', 'Partial', 'Stopped'])),
	})),
	check: optional(object('check is about the proof that all data is there and intact.', {
		...planned,
		parts: optional(count('parts is how many shares the data is read in.')),
		part: optional(count('part is the share up to which the data was read in turn, counted from 1.')),
		lastPart: optional(count('lastPart is the share that the last one read; one with defects is read again between the others.')),
		damaged: optional(set('damaged are the shares with defects that were not read again intact since.', count('A share.'), 128)),
		proven: optional(listMap('proven tells when each share was last read and found intact.', ['part'], object('A share.', {part: count('part is its number, from 1.'), time: time('time is when the check that read it began.')}), 128)),
		provenSinceTime: optional(time('provenSinceTime is the age of the oldest proof: all data that is older was read again since then. Until each share was read once, the time at which this began.')),
		bytesRead: optional(count('bytesRead is what the last one read of the data.')),
		problems: optional(count('problems is how many defects the last one found, or the one before it whose defects were not proven mended since.')),
		findings: optional(list('findings names some of them.', finding, 10)),
	})),
	delete: optional(object('delete is about archives of VolumeBackups with deletionPolicy Delete.', attempts)),
	removeKey: optional(object('removeKey is about the password before the present one.', attempts)),
});

const reviewed = object('A policy that is new or has changed.', {
	policy: text('policy names it: the tag of the schedule whose archives it is for, "@" and a fingerprint of its rules.', 400),
	remove: count('remove is how many archives it would remove.'),
	keep: count('keep is how many archives it would keep.'),
	sinceTime: time('sinceTime is when this was first found.'),
	effectiveTime: time('effectiveTime is when it begins to remove archives, unless the annotation lazarette.dev/accept-retention says so before.'),
});

const example = object('An archive that would be removed.', {
	id: text('id of the archive.', 64, {pattern: '^[0-9a-f]{8,64}$'}),
	time: time('time is the instant that the archive shows.'),
	hostname: text('hostname recorded in the archive.', 253, {minLength: 0}),
	path: text('path recorded in the archive.', 4096, {minLength: 0}),
});

/** Which policies may remove, and what the others would. */
export const retentionStatus = object('retention tells which policies are in force and what new ones would remove.', {
	accepted: optional(set('accepted names the policies that are in force.', text('A policy.', 400), 512)),
	review: optional(listMap('review lists policies that would remove archives and do not yet.', ['policy'], reviewed, 64)),
	fingerprint: optional(text('fingerprint is the value that the annotation lazarette.dev/accept-retention takes to put the policies under review in force at once.', 16)),
	examples: optional(list('examples are some of the archives that policies under review would remove.', example, 10)),
	removed: optional(list('removed are the last archives that retention removed.', example, 10)),
});

export const lockStatus = object('A lock that somebody holds.', {
	id: text('id of the lock, shortened.', 64),
	hostname: text('hostname of its holder.', 253, {minLength: 0}),
	username: text('username of its holder.', 253, {minLength: 0}),
	mode: choice('mode is Exclusive when it tolerates no other.', ['Shared', 'Exclusive']),
	refreshTime: time('refreshTime is when its holder last confirmed it.'),
	owner: choice('owner is Mover for a mover of this namespace, Other for anybody else; only locks of movers that have ended are removed by Lazarette.', ['Mover', 'Other']),
});

export const keysStatus = object('keys tells how a change of the password stands.', {
	current: optional(text('current is the ID of the key that the password opens.', 64)),
	previous: optional(text('previous is the ID of the key that the password before it opens, until it is removed.', 64)),
	sinceTime: optional(time('sinceTime is when the present password was first seen beside the one before it.')),
	removeTime: optional(time('removeTime is when the key of the password before it is removed.')),
});

export type Maintenance = Static<typeof maintenanceField>;
export type MaintenanceStatus = Static<typeof maintenanceStatus>;
export type RetentionStatus = Static<typeof retentionStatus>;
export type RetentionExample = Static<typeof example>;
export type RetentionReview = Static<typeof reviewed>;
export type LockStatus = Static<typeof lockStatus>;
export type CheckFindingStatus = Static<typeof finding>;
