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
	| 'NeedsAttention';

/** What the operator was doing. */
export type EventAction = 'Capture' | 'Move' | 'Conclude' | 'Probe' | 'Resolve';
