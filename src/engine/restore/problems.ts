import {LazaretteError} from '../../base/errors.ts';
import {systemCode} from '../file-system/system-error.ts';

/** Something that is not in the target as the archive has it. */
export type RestoreProblem = {
	/** From the target's root, printable. */
	path: string;
	reason: ProblemReason;
	/** What the system said, e.g. `EPERM`, or which attribute it is about. */
	detail?: string;
};

/**
`NameRefused`: not a name of one entry, such as `..` or `a/b`; never written. `DuplicateName`: the directory has it twice. `DirectoryInTheWay`: a directory with
entries that the archive does not have stands where it has something else. `NotRestored`: could not be created or written. `DeviceNotCreated`: a device, FIFO or
socket, which needs rights that a mover seldom has. `SizeDiffers`: the content was restored whole, but the archive states another size. `ContentDamaged`, `DirectoryDamaged`: left out, because the repository does not hold
all of it any more. The others name what of the
metadata is missing.
*/
export type ProblemReason =
	| 'NameRefused'
	| 'DuplicateName'
	| 'DirectoryInTheWay'
	| 'NotRestored'
	| 'NotDeleted'
	| 'DeviceNotCreated'
	| 'SizeDiffers'
	| 'ContentDamaged'
	| 'DirectoryDamaged'
	| 'OwnerNotSet'
	| 'ModeNotSet'
	| 'TimesNotSet'
	| 'AttributeNotSet';

/** Whether data is missing, not only metadata. */
export const isFailure = (reason: ProblemReason): boolean => failures.has(reason);

const failures: ReadonlySet<ProblemReason> = new Set(['NameRefused', 'DuplicateName', 'DirectoryInTheWay', 'NotRestored', 'NotDeleted', 'ContentDamaged', 'DirectoryDamaged']);

/**
The errno name of a failed call on the target when only the entry at `path` is concerned.
@throws LazaretteError `TargetFull`, `TargetReadOnly`, or the error itself, when going on makes no sense
*/
export function entryFault(error: unknown, path: () => string): string {
	const code = systemCode(error);
	if (code === undefined || ownFaults.has(code)) throw error;
	if (code === 'ENOSPC' || code === 'EDQUOT') {
		throw new LazaretteError('TargetFull', `the target has no room left: ${path()} could not be written (${code})`, {
			hint: 'enlarge the target or its quota and restore again; what is there already is not fetched again',
			context: {path: path()},
			cause: error,
		});
	}
	if (code === 'EROFS') {
		throw new LazaretteError('TargetReadOnly', `the target is read-only: ${path()} could not be written`, {
			hint: 'mount the target for writing; a file system that found damage makes itself read-only',
			context: {path: path()},
			cause: error,
		});
	}
	if (code === 'EIO') throw new LazaretteError('Unexpected', `the target's disk failed at ${path()} (EIO)`, {hint: 'check the volume; nothing on it can be relied on', context: {path: path()}, cause: error});
	return code;
}

const ownFaults: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EBADF', 'EFAULT']);
