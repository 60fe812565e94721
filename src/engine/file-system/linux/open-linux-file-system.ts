import {closeSync, ftruncateSync, readSync, statfsSync, writeSync} from 'node:fs';
import {constants} from 'node:os';
import type {FileSystem} from '../file-system.ts';
import {Scout} from '../scout/scout.ts';
import {SystemError} from '../system-error.ts';
import {atFlags, openFlags} from './flags.ts';
import {failed} from './libc.ts';
import {loadLinux} from './linux.ts';
import type {Linux} from './linux.ts';
import {LinuxDirectory} from './linux-directory.ts';
import {LinuxEntry} from './linux-entry.ts';
import {nextData} from './next-data.ts';

/** @throws LazaretteError `Unexpected` when the C library cannot be reached */
export async function openLinuxFileSystem(): Promise<FileSystem> {
	const linux = await loadLinux();
	return {
		openRoot: path => new LinuxDirectory(linux, openRoot(linux, path)),
		statusOf: fd => linux.statuses.ofFd(fd),
		look: (fd, into) => linux.statuses.lookAtFd(fd, into),
		statusAt: path => linux.statuses.ofPath(Buffer.from(path)),
		read: (fd, into, position) => readSync(fd, into, 0, into.length, position),
		write: writeAll,
		threadsMayWrite: true,
		truncate: (fd, size) => ftruncateSync(fd, size),
		nextData: (fd, from, end) => nextData(linux.libc, fd, from, end),
		entryOf: fd => new LinuxEntry(linux, fd, 'borrowed'),
		close: fd => closeSync(fd),
		startScout: () => new Scout(linux.libc, closeSync),
		async sync(directory) {
			if ((await linux.libc.syncfs(directory.fd)) >= 0) return;
			// Its errno stayed on the other thread. A file system that gives out space late is full only now.
			const {bavail} = statfsSync(`/proc/self/fd/${directory.fd}`);
			throw new SystemError(bavail === 0 ? 'ENOSPC' : 'EIO', 'syncfs');
		},
	};
}

function openRoot({libc, paths}: Linux, path: string): number {
	const name = paths.name(Buffer.from(path));
	const unmarked = libc.openat(atFlags.workingDirectory, name, openFlags.root | openFlags.unmarked, 0);
	const fd = unmarked < 0 && libc.errno() === constants.errno.EPERM ? libc.openat(atFlags.workingDirectory, name, openFlags.root, 0) : unmarked;
	if (fd < 0) throw failed(libc, 'openat');
	return fd;
}

function writeAll(fd: number, bytes: Uint8Array, position: number): void {
	for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, position + done);
}
