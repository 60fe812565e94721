import {LazaretteError} from '../../base/errors.ts';
import {errnoOf} from '../errno.ts';
import type {ErrorCode, RetryAdvice} from '../../base/errors.ts';

type Meaning = {code: ErrorCode; retry?: RetryAdvice; hint?: string};

const unreachable: Meaning = {code: 'StoreUnreachable', hint: 'the file system or its server does not answer; the operation is tried again'};
const full: Meaning = {code: 'StoreFull', hint: 'free space on this file system or enlarge it'};
const refused: Meaning = {code: 'AccessDenied', hint: `let user ${process.getuid?.() ?? '?'}, as which this process runs, read and write the directory and all below it`};
const exhausted: Meaning = {code: 'Unexpected', retry: 'later', hint: 'this process or machine has run out of a resource; the operation is tried again'};

/** What each error number of a system call means for a repository in a directory. The only place that decides this. */
const meanings: Record<string, Meaning> = {
	ENOENT: {code: 'ObjectNotFound'},
	EISDIR: {code: 'ObjectNotFound'},
	EEXIST: {code: 'ObjectExists'},
	ENOSPC: full,
	EDQUOT: {code: 'StoreFull', hint: 'raise the quota or remove what is no longer needed'},
	EFBIG: full,
	EACCES: refused,
	EPERM: refused,
	EROFS: {code: 'AccessDenied', hint: 'the file system is mounted read-only; mount it read-write to change the repository'},
	EIO: unreachable,
	ESTALE: unreachable,
	ETIMEDOUT: unreachable,
	EHOSTDOWN: unreachable,
	EHOSTUNREACH: unreachable,
	ENOTCONN: unreachable,
	ECONNABORTED: unreachable,
	ECONNRESET: unreachable,
	ENXIO: unreachable,
	ENODEV: unreachable,
	EREMOTEIO: unreachable,
	EBUSY: unreachable,
	EAGAIN: unreachable,
	EINTR: unreachable,
	EMFILE: exhausted,
	ENFILE: exhausted,
	ENOMEM: exhausted,
	ENOTDIR: {code: 'BadRequest', hint: 'a part of the path is a file where a directory is needed; correct the path'},
	ELOOP: {code: 'BadRequest', hint: 'symbolic links of the path form a loop; correct the path'},
	ENAMETOOLONG: {code: 'BadRequest', hint: 'shorten the path of the repository'},
	EXDEV: {code: 'BadRequest', hint: 'the repository must lie on one file system: no mount point, subvolume or symbolic link to another file system inside it'},
};

/** A system call's error as one of ours. `what` says what could not be done, e.g. `cannot write data/ab/… in /backup`. */
export function filesystemError(error: unknown, what: string): LazaretteError {
	if (error instanceof LazaretteError) return error;
	const errno = errnoOf(error);
	const meaning: Meaning = (errno === undefined ? undefined : meanings[errno]) ?? {code: 'Unexpected'};
	return new LazaretteError(meaning.code, `${what}: ${errno ?? 'unexpected error'}`, {
		cause: error,
		...(meaning.hint === undefined ? {} : {hint: meaning.hint}),
		...(meaning.retry === undefined ? {} : {retry: meaning.retry}),
		...(errno === undefined ? {} : {context: {errno}}),
	});
}
