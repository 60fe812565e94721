import {getSystemErrorName} from 'node:util';

/** The number of the error that reading a file failed with, by which it passes between threads. Anything else is thrown on. */
export function readErrno(error: unknown): number {
	if (isReadError(error)) return error.errno;
	throw error;
}

/** Storing reads nothing back, so that what it fails with is never one of these. */
export const isReadError = (error: unknown): error is Error & {errno: number} => error instanceof Error && 'syscall' in error && error.syscall === 'read' && 'errno' in error && typeof error.errno === 'number';

/** The error as Node would have thrown it here. */
export function readError(errno: number): Error {
	const code = nameOf(errno);
	return Object.assign(new Error(`${code}: a file can not be read, read`), {errno, code, syscall: 'read'});
}

function nameOf(errno: number): string {
	try {
		return getSystemErrorName(errno);
	} catch {
		return 'UNKNOWN';
	}
}
