import type {Kind} from './group.ts';
import type {ReadyReason} from './reasons.ts';

const store = [
	'StoreUnreachable', 'StoreThrottled', 'QuotaExceeded', 'LockedByOther', 'CircuitOpen',
	'SecretNotFound', 'SecretKeyMissing', 'AccessDenied', 'BucketNotFound', 'WrongPassword', 'NotARepository', 'UnsupportedVersion', 'RepositoryDamaged',
] as const satisfies ReadyReason[];

const mount = ['ClaimNotBound', 'ClaimInUse', 'VolumeAttachPending', 'ClaimNotFound', 'AccessModeUnsupported', 'NotAllowed'] as const satisfies ReadyReason[];

const mover = ['Pending', 'Queued', 'Retrying', 'CleaningUp', 'MoverFailed', 'MoverOutOfMemory', 'DeadlineExceeded', 'VerificationFailed', 'Cancelled'] as const satisfies ReadyReason[];

const run = ['Succeeded', 'SucceededWithWarnings', 'Resolving', 'Moving', 'Verifying', 'RepositoryNotReady', 'InvalidGlob', 'RetriesExhausted', 'BudgetExceeded'] as const satisfies ReadyReason[];

/** Which reasons an object of each kind can have; issue by issue, kinds and reasons join here. */
export const reasonsByKind: Readonly<Record<Kind, readonly ReadyReason[]>> = {
	BackupRepository: ['Available', 'Initializing', 'InvalidSchedule', ...mover, ...store, ...mount],
	VolumeBackup: [
		...run, ...mover, ...store, ...mount,
		'Capturing', 'SnapshotNotReady', 'NoClaimsMatched', 'WorkloadNotFound', 'SnapshotClassMissing', 'CaptureFailed', 'SourceEmpty', 'SourceShrank', 'FilesUnreadable',
	],
	VolumeBackupSchedule: ['Scheduled', 'Suspended', 'NothingChanged', 'BlackoutWindow', 'Retrying', 'InvalidSchedule'],
	VolumeRestore: [...run, ...mover, ...store, ...mount, 'ArchiveNotFound', 'TargetNotEmpty', 'TargetFull'],
};
