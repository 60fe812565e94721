/** Reasons of Events, a closed set: people and alerts match on them. */
export type EventReason =
	| 'SnapshotRequested'
	| 'MoverStarted'
	| 'AttemptFailed'
	| 'ClaimCreated'
	| 'BackupSucceeded'
	| 'BackupSucceededWithWarnings'
	| 'BackupFailed'
	| 'RestoreSucceeded'
	| 'RestoreSucceededWithWarnings'
	| 'RestoreFailed'
	| 'RepositoryAvailable'
	| 'RepositoryUnavailable'
	| 'RepositoryMaintained'
	| 'RepositoryDamaged'
	| 'MaintenanceFailed'
	| 'RetentionUnderReview'
	| 'ArchivesRemoved'
	| 'ArchivesRetained'
	| 'RunSkipped'
	| 'RunReplaced'
	| 'WorkloadFailing'
	| 'NeedsAttention';

/** What the operator was doing. */
export type EventAction = 'Schedule' | 'Capture' | 'Move' | 'Conclude' | 'Probe' | 'Resolve' | 'Maintain' | 'Delete';
