import {LazaretteError} from '../../../base/errors.ts';
import {loadKoffi} from '../../../base/load-koffi.ts';
import {systemError} from '../system-error.ts';
import type {SystemError} from '../system-error.ts';

/**
The calls of the C library that Node does not offer, found at run time through koffi. Paths and buffers are passed as memory; a path must end
with a zero byte. Each returns what C returns; `-1` has to be turned into an error with `failed` before anything else is called.
*/
export type Libc = {
	openat(directory: number, path: Uint8Array, flags: number, mode: number): number;
	statx(directory: number, path: Uint8Array, flags: number, mask: number, into: Uint8Array): number;
	getdents64(fd: number, into: Uint8Array, size: number): number;
	readlinkat(directory: number, path: Uint8Array, into: Uint8Array, size: number): number;
	mkdirat(directory: number, path: Uint8Array, mode: number): number;
	mknodat(directory: number, path: Uint8Array, mode: number, device: bigint): number;
	symlinkat(target: Uint8Array, directory: number, path: Uint8Array): number;
	linkat(fromDirectory: number, from: Uint8Array, directory: number, path: Uint8Array, flags: number): number;
	unlinkat(directory: number, path: Uint8Array, flags: number): number;
	fchownat(directory: number, path: Uint8Array, uid: number, gid: number, flags: number): number;
	/** `times`: two `struct timespec`, access and modification. */
	utimensat(directory: number, path: Uint8Array, times: Uint8Array, flags: number): number;
	futimens(fd: number, times: Uint8Array): number;
	lseek(fd: number, offset: number, whence: number): number | bigint;
	llistxattr(path: Uint8Array, into: Uint8Array, size: number): number;
	lgetxattr(path: Uint8Array, name: Uint8Array, into: Uint8Array, size: number): number;
	flistxattr(fd: number, into: Uint8Array, size: number): number;
	fgetxattr(fd: number, name: Uint8Array, into: Uint8Array, size: number): number;
	fsetxattr(fd: number, name: Uint8Array, value: Uint8Array, size: number, flags: number): number;
	fremovexattr(fd: number, name: Uint8Array): number;
	listxattr(path: Uint8Array, into: Uint8Array, size: number): number;
	getxattr(path: Uint8Array, name: Uint8Array, into: Uint8Array, size: number): number;
	setxattr(path: Uint8Array, name: Uint8Array, value: Uint8Array, size: number, flags: number): number;
	removexattr(path: Uint8Array, name: Uint8Array): number;
	/** Resolves to what `syncfs` returns; it runs on another thread, so its errno cannot be read. */
	syncfs(fd: number): Promise<number>;
	/** `listxattrat` by its number (Linux 6.13, the same on every architecture): saves the walk through /proc that `llistxattr` needs. */
	listxattrat(number: number, directory: number, path: Uint8Array, flags: number, into: Uint8Array, size: number): number;
	errno(): number;
};

/** The error of the call that has just returned -1. */
export const failed = (libc: Libc, call: string): SystemError => systemError(libc.errno(), call);

/** @throws LazaretteError `Unexpected` when koffi or one of the functions is not there, naming what is missing */
export async function loadLibc(): Promise<Libc> {
	try {
		const koffi = loadKoffi();
		const library = koffi.load(null);
		const syncfs = library.func('int syncfs(int fd)');
		return {
			openat: library.func('int openat(int directory, const void *path, int flags, uint mode)'),
			statx: library.func('int statx(int directory, const void *path, int flags, uint mask, void *into)'),
			getdents64: eitherOf(() => library.func('long getdents64(int fd, void *into, size_t size)'), () => library.func('long getdents(int fd, void *into, size_t size)')),
			readlinkat: library.func('long readlinkat(int directory, const void *path, void *into, size_t size)'),
			mkdirat: library.func('int mkdirat(int directory, const void *path, uint mode)'),
			mknodat: library.func('int mknodat(int directory, const void *path, uint mode, uint64_t device)'),
			symlinkat: library.func('int symlinkat(const void *target, int directory, const void *path)'),
			linkat: library.func('int linkat(int fromDirectory, const void *from, int directory, const void *path, int flags)'),
			unlinkat: library.func('int unlinkat(int directory, const void *path, int flags)'),
			fchownat: library.func('int fchownat(int directory, const void *path, uint uid, uint gid, int flags)'),
			utimensat: library.func('int utimensat(int directory, const void *path, const void *times, int flags)'),
			futimens: library.func('int futimens(int fd, const void *times)'),
			lseek: library.func('int64_t lseek(int fd, int64_t offset, int whence)'),
			llistxattr: library.func('long llistxattr(const void *path, void *into, size_t size)'),
			lgetxattr: library.func('long lgetxattr(const void *path, const void *name, void *into, size_t size)'),
			flistxattr: library.func('long flistxattr(int fd, void *into, size_t size)'),
			fgetxattr: library.func('long fgetxattr(int fd, const void *name, void *into, size_t size)'),
			fsetxattr: library.func('int fsetxattr(int fd, const void *name, const void *value, size_t size, int flags)'),
			fremovexattr: library.func('int fremovexattr(int fd, const void *name)'),
			listxattr: library.func('long listxattr(const void *path, void *into, size_t size)'),
			getxattr: library.func('long getxattr(const void *path, const void *name, void *into, size_t size)'),
			setxattr: library.func('int setxattr(const void *path, const void *name, const void *value, size_t size, int flags)'),
			removexattr: library.func('int removexattr(const void *path, const void *name)'),
			listxattrat: library.func('long syscall(long number, int directory, const void *path, uint flags, void *into, size_t size)'),
			syncfs: fd =>
				new Promise((resolve, reject) => {
					syncfs.async(fd, (error: Error | null, result: number) => (error ? reject(error) : resolve(result)));
				}),
			errno: () => koffi.errno(),
		};
	} catch (error) {
		throw new LazaretteError('Unexpected', `the system calls that copy extended attributes, devices and exact times cannot be reached: ${error instanceof Error ? error.message : String(error)}`, {
			hint: 'install the npm package koffi together with its optional package for this platform (npm install without --omit=optional); it needs Linux with glibc or musl',
			cause: error,
		});
	}
}

/** musl has the 64-bit call under the short name only, which glibc does not have at all. */
function eitherOf<T>(first: () => T, second: () => T): T {
	try {
		return first();
	} catch {
		return second();
	}
}
