/**
Why a condition has its status, as a closed list. The class of a reason says what happens next, and with it which of
`Reconciling` and `Stalled` stands beside `Ready`:

- `fine`: Ready is True.
- `underWay`, `waiting`: Reconciling is True; Lazarette goes on by itself.
- `person`: Stalled is True; Lazarette goes on once somebody has mended the cause.
- `failed`: a run ended; Stalled is True. A repository, which is no run, tries again and is Reconciling.
*/
export const reasons = {
	Available: {class: 'fine', meaning: 'The repository was opened with its password and can be used.'},
	Succeeded: {class: 'fine', meaning: 'The run did all it was asked to do.'},
	SucceededWithWarnings: {class: 'fine', meaning: 'The run ended, and a policy of its spec allowed what was left out; the message and `skipped` say what.'},
	Scheduled: {class: 'fine', meaning: 'The schedule is valid and its next run is known.'},
	Suspended: {class: 'fine', meaning: 'The schedule is suspended by its spec.'},
	NothingChanged: {class: 'fine', meaning: 'A continuous schedule rests: no pod that could write to its claims has existed since its last run was made.'},

	Pending: {class: 'underWay', meaning: 'The object was accepted and nothing has been done yet.'},
	Queued: {class: 'underWay', meaning: 'Other movers go first; the message tells the place in the queue, and which limit is reached.'},
	Resolving: {class: 'underWay', meaning: 'Repository, claims and the way to read or write them are being worked out.'},
	Quiescing: {class: 'underWay', meaning: 'The before-hooks run.'},
	Capturing: {class: 'underWay', meaning: 'The point-in-time view of the volume is being made.'},
	Thawing: {class: 'underWay', meaning: 'The after-hooks run.'},
	Moving: {class: 'underWay', meaning: 'A mover reads or writes the volume.'},
	Verifying: {class: 'underWay', meaning: 'What was written is read again and compared.'},
	CleaningUp: {class: 'underWay', meaning: 'Temporary snapshots, claims and Jobs are being removed.'},
	Retrying: {class: 'underWay', meaning: 'An attempt failed; the next one comes at the time in the message.'},
	Initializing: {class: 'underWay', meaning: 'The repository is being opened, or created in an empty location.'},
	Maintaining: {class: 'underWay', meaning: 'Prune or check runs.'},

	RepositoryNotReady: {class: 'waiting', meaning: 'The BackupRepository is missing or not Ready; its own conditions say why.'},
	StoreUnreachable: {class: 'waiting', meaning: 'The object store does not answer.'},
	StoreThrottled: {class: 'waiting', meaning: 'The object store asks for fewer requests.'},
	ClaimNotBound: {class: 'waiting', meaning: 'The claim has no volume yet.'},
	ClaimInUse: {class: 'waiting', meaning: 'Another pod uses the claim in a way that excludes the mover.'},
	SnapshotNotReady: {class: 'waiting', meaning: 'The storage driver has not finished the VolumeSnapshot.'},
	VolumeAttachPending: {class: 'waiting', meaning: 'The volume is not yet attached or mounted on the mover\'s node.'},
	LockedByOther: {class: 'waiting', meaning: 'Somebody else holds a lock in the repository that excludes this work.'},
	CircuitOpen: {class: 'waiting', meaning: 'The store of the repository failed several times in a row; no mover starts until a probe finds it usable.'},
	QuotaExceeded: {class: 'waiting', meaning: 'A quota of the namespace or the space of the store is used up.'},
	BlackoutWindow: {class: 'waiting', meaning: 'A run is due, and a blackout window of the schedule holds it back.'},

	SecretNotFound: {class: 'person', meaning: 'A Secret that the spec names does not exist. Create it.'},
	SecretKeyMissing: {class: 'person', meaning: 'A Secret lacks a key, or the key is empty. Add it.'},
	AccessDenied: {class: 'person', meaning: 'The store refuses these credentials. Mend the credentials or the policy of the bucket.'},
	BucketNotFound: {class: 'person', meaning: 'The bucket does not exist; Lazarette never creates one. Create it or mend the name.'},
	WrongPassword: {class: 'person', meaning: 'No key of the repository opens with this password. Mend the Secret.'},
	NotARepository: {class: 'person', meaning: 'The location does not hold the expected repository: it is empty and may not be initialised, holds something else, or a repository with another ID.'},
	UnsupportedVersion: {class: 'person', meaning: 'The repository has a format version that this release cannot read or write.'},
	RepositoryDamaged: {class: 'person', meaning: 'Objects of the repository are missing or do not match their checksum.'},
	ClaimNotFound: {class: 'person', meaning: 'The claim does not exist. Create it or mend the name.'},
	WorkloadNotFound: {class: 'person', meaning: 'The workload of `source.workloadRef` does not exist. Create it or mend the name.'},
	NoClaimsMatched: {class: 'person', meaning: 'The selector matches no claim of the namespace, or the workload has none.'},
	AccessModeUnsupported: {class: 'person', meaning: 'The claim cannot be mounted the way this run needs it: access mode, volume mode or a read-only volume.'},
	SnapshotClassMissing: {class: 'person', meaning: 'No VolumeSnapshotClass serves the claim\'s driver, and the spec asks for a snapshot.'},
	InvalidGlob: {class: 'person', meaning: 'A pattern of include, exclude or paths cannot be used; the message names it.'},
	InvalidSchedule: {class: 'person', meaning: 'A cron expression or a time zone of the schedule cannot be used, or the API server refuses what its template leads to; the message names field, value and fix.'},
	ArchiveNotFound: {class: 'person', meaning: 'The repository has no archive that fits `from`.'},
	TargetNotEmpty: {class: 'person', meaning: 'The target holds data and the spec does not say what to do with it.'},
	NotAllowed: {class: 'person', meaning: 'A policy of the namespace or the cluster forbids this; the message names it.'},

	CaptureFailed: {class: 'failed', meaning: 'The point-in-time view of the volume could not be made.'},
	HookFailed: {class: 'failed', meaning: 'A hook failed and its policy is Fail.'},
	ThawFailed: {class: 'failed', meaning: 'An after-hook failed; the workload may still be quiesced.'},
	MoverFailed: {class: 'failed', meaning: 'The mover ended with an error that has no reason of its own, or without a result.'},
	MoverOutOfMemory: {class: 'failed', meaning: 'The mover was killed for its memory limit. Raise `mover.resources.limits.memory`.'},
	DeadlineExceeded: {class: 'failed', meaning: 'The run did not end within `activeDeadlineSeconds`.'},
	RetriesExhausted: {class: 'failed', meaning: 'Every attempt that `retry.limit` allows has failed; the message tells the last error.'},
	BudgetExceeded: {class: 'failed', meaning: 'The mover needed more bytes or requests than `mover.budget` allows, and was stopped. Raise the budget, or leave files out.'},
	SourceEmpty: {class: 'failed', meaning: 'There was nothing to archive and `onEmptySource` is Fail.'},
	SourceShrank: {class: 'failed', meaning: 'The source lost more than its policy allows.'},
	FilesUnreadable: {class: 'failed', meaning: 'Files could not be read and `onUnreadableFile` is Fail.'},
	TargetFull: {class: 'failed', meaning: 'The target has no room for the data.'},
	VerificationFailed: {class: 'failed', meaning: 'What was written does not equal what was meant.'},
	Cancelled: {class: 'failed', meaning: 'The run was asked to stop before its end.'},
} as const satisfies Record<string, {class: ReasonClass; meaning: string}>;

export const reasonClasses = {
	fine: 'All is well',
	underWay: 'Under way',
	waiting: 'Waits for the world, retried by itself',
	person: 'A person must act',
	failed: 'The run failed',
} as const;

export type ReasonClass = keyof typeof reasonClasses;
export type ReadyReason = keyof typeof reasons;

type OfClass<Class extends ReasonClass> = {[Name in ReadyReason]: (typeof reasons)[Name]['class'] extends Class ? Name : never}[ReadyReason];

export type FineReason = OfClass<'fine'>;
/** Ready is False and Reconciling True: Lazarette goes on by itself. */
export type ReconcilingReason = OfClass<'underWay' | 'waiting'>;
/** Ready is False and Stalled True. */
export type StalledReason = OfClass<'person' | 'failed'>;
export type PersonReason = OfClass<'person'>;
export type FailedReason = OfClass<'failed'>;

export const readyReasons = Object.keys(reasons) as ReadyReason[];

export const isReadyReason = (reason: string): reason is ReadyReason => Object.hasOwn(reasons, reason);

export const reasonClass = (reason: ReadyReason): ReasonClass => reasons[reason].class;
