import type {NameList} from '../name-list.ts';
import {failed} from './libc.ts';
import type {Linux} from './linux.ts';

/** Where a `struct linux_dirent64` has its length and its name (getdents(2)). */
const lengthAt = 16;
const nameAt = 19;

/** Reads the names of an open directory from its start, without `.` and `..`. */
export function readNames({libc, scratch}: Linux, fd: number, into: NameList): void {
	into.clear();
	if (libc.lseek(fd, 0, 0) < 0) throw failed(libc, 'lseek');
	for (;;) {
		const filled = libc.getdents64(fd, scratch, scratch.length);
		if (filled < 0) throw failed(libc, 'getdents64');
		if (filled === 0) return;
		for (let at = 0; at < filled; ) {
			const start = at + nameAt;
			if (!isDots(scratch, start)) into.addUntilZero(scratch, start);
			at += scratch.readUInt16LE(at + lengthAt);
		}
	}
}

const dot = 0x2e;

/** `.` or `..` */
const isDots = (bytes: Buffer, start: number): boolean =>
	bytes[start] === dot && (bytes[start + 1] === 0 || (bytes[start + 1] === dot && bytes[start + 2] === 0));
