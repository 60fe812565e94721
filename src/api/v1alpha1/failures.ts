import {moverExitCodes} from './mover-contract.ts';
import type {ErrorCode} from '../../base/errors.ts';
import type {MoverExitCode} from './mover-contract.ts';
import type {ReadyReason} from './reasons.ts';

export type Failure = {
	/** Reason of Ready while the failure stands, or of the outcome when the run ends with it. */
	reason: ReadyReason;
	exitCode: MoverExitCode;
	/** Whether another attempt may end differently although nobody has changed anything. */
	again: 'Later' | 'No';
};

/** The one translation of what went wrong into what users see and what a mover's process returns. */
export const failures = {
	Unexpected: {reason: 'MoverFailed', exitCode: moverExitCodes.unexpected, again: 'Later'},
	BadRequest: {reason: 'MoverFailed', exitCode: moverExitCodes.badRequest, again: 'No'},
	InvalidGlob: {reason: 'InvalidGlob', exitCode: moverExitCodes.badRequest, again: 'No'},
	StoreUnreachable: {reason: 'StoreUnreachable', exitCode: moverExitCodes.storeUnavailable, again: 'Later'},
	StoreThrottled: {reason: 'StoreThrottled', exitCode: moverExitCodes.storeUnavailable, again: 'Later'},
	StoreFull: {reason: 'QuotaExceeded', exitCode: moverExitCodes.storeUnavailable, again: 'Later'},
	BudgetExceeded: {reason: 'BudgetExceeded', exitCode: moverExitCodes.sourceProblem, again: 'No'},
	AccessDenied: {reason: 'AccessDenied', exitCode: moverExitCodes.accessDenied, again: 'No'},
	BucketNotFound: {reason: 'BucketNotFound', exitCode: moverExitCodes.accessDenied, again: 'No'},
	// Storage absorbs a missing object wherever that is legal, so one that surfaces belongs to what the repository promised to hold.
	ObjectNotFound: {reason: 'RepositoryDamaged', exitCode: moverExitCodes.repositoryDamaged, again: 'No'},
	ObjectExists: {reason: 'MoverFailed', exitCode: moverExitCodes.unexpected, again: 'Later'},
	WrongPassword: {reason: 'WrongPassword', exitCode: moverExitCodes.accessDenied, again: 'No'},
	NotARepository: {reason: 'NotARepository', exitCode: moverExitCodes.accessDenied, again: 'No'},
	// Something of a repository is at the location, but not one that opens: never initialised over.
	RepositoryExists: {reason: 'NotARepository', exitCode: moverExitCodes.accessDenied, again: 'No'},
	UnsupportedVersion: {reason: 'UnsupportedVersion', exitCode: moverExitCodes.accessDenied, again: 'No'},
	RepositoryDamaged: {reason: 'RepositoryDamaged', exitCode: moverExitCodes.repositoryDamaged, again: 'No'},
	LockedByOther: {reason: 'LockedByOther', exitCode: moverExitCodes.lockedByOther, again: 'Later'},
	LockLost: {reason: 'LockedByOther', exitCode: moverExitCodes.lockedByOther, again: 'Later'},
	// To a restore the archive is the source.
	ArchiveNotFound: {reason: 'ArchiveNotFound', exitCode: moverExitCodes.sourceProblem, again: 'No'},
	SourceNotFound: {reason: 'ClaimNotFound', exitCode: moverExitCodes.sourceProblem, again: 'No'},
	SourceEmpty: {reason: 'SourceEmpty', exitCode: moverExitCodes.sourceProblem, again: 'No'},
	SourceShrank: {reason: 'SourceShrank', exitCode: moverExitCodes.sourceProblem, again: 'No'},
	FilesUnreadable: {reason: 'FilesUnreadable', exitCode: moverExitCodes.sourceProblem, again: 'No'},
	TargetNotEmpty: {reason: 'TargetNotEmpty', exitCode: moverExitCodes.targetProblem, again: 'No'},
	TargetFull: {reason: 'TargetFull', exitCode: moverExitCodes.targetProblem, again: 'No'},
	TargetReadOnly: {reason: 'AccessModeUnsupported', exitCode: moverExitCodes.targetProblem, again: 'No'},
	VerificationFailed: {reason: 'VerificationFailed', exitCode: moverExitCodes.unexpected, again: 'Later'},
	DeadlineExceeded: {reason: 'DeadlineExceeded', exitCode: moverExitCodes.stopped, again: 'No'},
	Cancelled: {reason: 'Cancelled', exitCode: moverExitCodes.stopped, again: 'Later'},
} as const satisfies Record<ErrorCode, Failure>;

export const failureOf = (code: ErrorCode): Failure => failures[code];

/** `code` as it came out of a mover's result; one that this release does not know is `Unexpected`. */
export const failureOfResult = (code: string | undefined): Failure =>
	code !== undefined && Object.hasOwn(failures, code) ? failures[code as ErrorCode] : failures.Unexpected;

/** How a mover's container ended that left no result. */
export type BareExit = {
	/** Absent when the pod vanished with its node before anybody saw its end. */
	exitCode?: number;
	/** The container's `state.terminated.reason`. */
	terminatedReason?: string;
};

/**
Judges an exit that left no result. Exit code 0 is a failure too: nothing proves that an archive became visible. What the code alone
cannot tell apart (6, 7) stays `MoverFailed`, so that the reason never says more than is known.
*/
export function failureOfBareExit(exit: BareExit): Omit<Failure, 'exitCode'> {
	if (exit.terminatedReason === 'OOMKilled') return {reason: 'MoverOutOfMemory', again: 'Later'};
	return (exit.exitCode === undefined ? undefined : bareExits[exit.exitCode]) ?? {reason: 'MoverFailed', again: 'Later'};
}

const bareExits: Readonly<Record<number, Omit<Failure, 'exitCode'>>> = {
	[moverExitCodes.badRequest]: {reason: 'MoverFailed', again: 'No'},
	[moverExitCodes.storeUnavailable]: {reason: 'StoreUnreachable', again: 'Later'},
	[moverExitCodes.accessDenied]: {reason: 'AccessDenied', again: 'No'},
	[moverExitCodes.repositoryDamaged]: {reason: 'RepositoryDamaged', again: 'No'},
	[moverExitCodes.sourceProblem]: {reason: 'MoverFailed', again: 'No'},
	[moverExitCodes.targetProblem]: {reason: 'MoverFailed', again: 'No'},
	[moverExitCodes.lockedByOther]: {reason: 'LockedByOther', again: 'Later'},
	[moverExitCodes.stopped]: {reason: 'Cancelled', again: 'Later'},
};
