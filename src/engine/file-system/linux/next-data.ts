import {constants} from 'node:os';
import {systemError} from '../system-error.ts';
import type {Libc} from './libc.ts';

const SEEK_DATA = 3;
const SEEK_HOLE = 4;

/** The next range before `limit` that may hold data (lseek(2)); moves the descriptor's own position. A file system without holes answers with one range. */
export function nextData(libc: Libc, fd: number, from: number, limit: number): {start: number; end: number} | undefined {
	if (from >= limit) return undefined;
	const start = Number(libc.lseek(fd, from, SEEK_DATA));
	if (start < 0) {
		const errno = libc.errno();
		if (errno === constants.errno.ENXIO) return undefined;
		if (errno === constants.errno.EINVAL || errno === constants.errno.EOPNOTSUPP) return {start: from, end: limit};
		throw systemError(errno, 'lseek');
	}
	if (start >= limit) return undefined;
	const end = Number(libc.lseek(fd, start, SEEK_HOLE));
	return {start, end: end < 0 ? limit : Math.min(end, limit)};
}
