import {SystemError} from '../file-system/system-error.ts';

/** An entry that is not in the archive as it is on the volume. */
export type SkippedEntry = {
	/** From the volume's root, printable: other bytes escaped as \xNN. */
	path: string;
	reason: SkipReason;
};

/**
`ChangedWhileRead`: stored as it was read, which may be a mix of old and new. `NotAFile`: became something else while it was being opened, and again
when looked at anew. `AttributesUnreadable`: stored without its extended attributes. All others are not in the archive at all.
*/
export type SkipReason = 'PermissionDenied' | 'Vanished' | 'ChangedWhileRead' | 'NotAFile' | 'AttributesUnreadable' | 'IoError';

/** Whether something that should be in the archive is missing or incomplete because it could not be read. */
export const isUnreadable = (reason: SkipReason): boolean => reason === 'PermissionDenied' || reason === 'IoError' || reason === 'AttributesUnreadable';

/**
What a failed call on the source means for the entry; undefined when it is not the entry's fault and the run cannot go on. Errors of Node itself come from elsewhere,
the repository's disk for example, and must not make a file look unreadable.
*/
export function skipReason(error: unknown): SkipReason | undefined {
	if (!(error instanceof SystemError) || ownFaults.has(error.code)) return undefined;
	return reasons[error.code] ?? 'IoError';
}

/** Out of file descriptors or memory: every further entry would look unreadable. */
const ownFaults: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EBADF', 'EFAULT']);

const reasons: Readonly<Record<string, SkipReason>> = {
	EACCES: 'PermissionDenied',
	EPERM: 'PermissionDenied',
	ENOENT: 'Vanished',
	ENOTDIR: 'NotAFile',
	ELOOP: 'NotAFile',
	ENXIO: 'NotAFile',
	EISDIR: 'NotAFile',
};
