import {columns} from './columns.ts';
import {reasonsByKind} from './reasons-by-kind.ts';
import {reasons} from './reasons.ts';
import type {Column} from './columns.ts';
import type {Kind} from './group.ts';
import type {ConditionStatus} from './object-meta.ts';
import type {ReadyReason, ReasonClass} from './reasons.ts';

export type ConditionContract = {
	meaning: string;
	/** `abnormal`: present only while True. */
	polarity: 'positive' | 'abnormal';
	/** What the condition may say, by status; a status without reasons never occurs. */
	reasons: Readonly<Record<ConditionStatus, readonly string[]>>;
};

export type KindContract = {
	conditions: Readonly<Record<string, ConditionContract>>;
	columns: readonly Column[];
};

/** Reasons of the conditions that are steps on a run's way; all other conditions use those of Ready. */
export const milestoneReasons = {
	SnapshotTaken: 'The storage driver has cut a snapshot of every claim.',
	CloneTaken: 'The storage driver has made a clone of every claim.',
	LiveRead: 'Every claim is read directly.',
	SeveralWays: 'The claims are read in different ways; `volumes` says which.',
	ArchiveVisible: 'The archive of every claim is durable and can be restored.',
	ArchiveFound: 'The archive is known, by its full ID.',
	FilesRestored: 'Every file was written, or was there already, and verified.',
	LeftEmpty: 'There was no archive, and `onMissing` is LeaveEmpty.',
	MaintainedInTime: 'The last prune, or application of retention, was done when it was due.',
	DataProven: 'The last check found nothing, and all data is read again within its time.',
	Overdue: 'What is due by `maintenance` has not been done, or not all data was read again in time.',
} as const;

export type MilestoneReason = keyof typeof milestoneReasons;

export type ConditionType = 'Ready' | 'Reconciling' | 'Stalled' | 'Succeeded' | 'LastRunSucceeded' | 'Maintained' | 'Checked' | 'Captured' | 'Archived' | 'Resolved' | 'DataRestored';

const among = (kind: Kind, ...classes: ReasonClass[]): ReadyReason[] => reasonsByKind[kind].filter(reason => classes.includes(reasons[reason].class));
const unfinished = (kind: Kind) => among(kind, 'underWay', 'waiting', 'person', 'failed');

const standing = (kind: Kind, ready: string): Record<string, ConditionContract> => ({
	Ready: {
		meaning: ready,
		polarity: 'positive',
		reasons: {True: among(kind, 'fine'), False: unfinished(kind), Unknown: among(kind, 'underWay')},
	},
	Reconciling: {
		meaning: 'Work is under way, or will be tried again without anybody\'s doing.',
		polarity: 'abnormal',
		// A repository is no run: what would end a run is tried again there.
		reasons: {True: kind === 'BackupRepository' ? among(kind, 'underWay', 'waiting', 'failed') : among(kind, 'underWay', 'waiting'), False: [], Unknown: []},
	},
	Stalled: {
		meaning: 'Only a person can mend it, or the run has failed for good.',
		polarity: 'abnormal',
		reasons: {True: among(kind, 'person', 'failed'), False: [], Unknown: []},
	},
});

const succeeded = (kind: Kind): ConditionContract => ({
	meaning: 'The run has ended: True or False, set once, never changed.',
	polarity: 'positive',
	reasons: {True: among(kind, 'fine'), False: among(kind, 'person', 'failed'), Unknown: []},
});

const milestone = (kind: Kind, meaning: string, reached: MilestoneReason[], missed: MilestoneReason[] = []): ConditionContract => ({
	meaning,
	polarity: 'positive',
	reasons: {True: reached, False: [...unfinished(kind), ...missed], Unknown: []},
});

/** What is done again and again: unknown until the first time. */
const recurring = (meaning: string, done: MilestoneReason): ConditionContract => ({
	meaning,
	polarity: 'positive',
	reasons: {True: [done], False: [...unfinished('BackupRepository'), 'Overdue'], Unknown: ['Pending']},
});

/** What each kind's status may say. The docs page and the checker are made from this; a condition that is not here is a defect. */
export const contract: Readonly<Record<Kind, KindContract>> = {
	BackupRepository: {
		conditions: {
			...standing('BackupRepository', 'The repository was opened with its password and can be used.'),
			Maintained: recurring('What archives no longer need is removed in time; only with `maintenance.prune` or `maintenance.forget`.', 'MaintainedInTime'),
			Checked: recurring('All data is read again within its time and nothing is damaged; only with `maintenance.check`.', 'DataProven'),
		},
		columns: columns.BackupRepository,
	},
	VolumeBackup: {
		conditions: {
			...standing('VolumeBackup', 'The run has ended and every claim has its archive.'),
			Succeeded: succeeded('VolumeBackup'),
			Captured: milestone('VolumeBackup', 'Every claim has its point-in-time view, or is read directly.', ['SnapshotTaken', 'CloneTaken', 'LiveRead', 'SeveralWays']),
			Archived: milestone('VolumeBackup', 'Every claim has an archive that is durable and visible.', ['ArchiveVisible']),
		},
		columns: columns.VolumeBackup,
	},
	VolumeBackupSchedule: {
		conditions: {
			...standing('VolumeBackupSchedule', 'The schedule is valid, and its next run is known or held back by its spec.'),
			LastRunSucceeded: {
				meaning: 'How the last run ended; absent until one has. What it failed of is no matter of Ready: the next run comes all the same.',
				polarity: 'positive',
				reasons: {True: among('VolumeBackup', 'fine'), False: among('VolumeBackup', 'person', 'failed'), Unknown: []},
			},
		},
		columns: columns.VolumeBackupSchedule,
	},
	VolumeRestore: {
		conditions: {
			...standing('VolumeRestore', 'The run has ended and the target holds what was asked for.'),
			Succeeded: succeeded('VolumeRestore'),
			Resolved: milestone('VolumeRestore', 'It is settled which archive is restored.', ['ArchiveFound'], ['LeftEmpty']),
			DataRestored: milestone('VolumeRestore', 'The archive\'s files are in the target.', ['FilesRestored'], ['LeftEmpty']),
		},
		columns: columns.VolumeRestore,
	},
};
