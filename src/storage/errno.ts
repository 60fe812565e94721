/** `ENOSPC` and its like, of anything thrown by a system call. */
export const errnoOf = (error: unknown): string | undefined => (error instanceof Error && 'code' in error && typeof error.code === 'string' && /^E[A-Z\d]+$/.test(error.code) ? error.code : undefined);

export const isErrno = (error: unknown, ...codes: string[]): boolean => codes.includes(errnoOf(error) ?? '');

/** File systems without a feature (FAT, SMB, many FUSE ones) answer so; what it was asked for is then done without. */
export const isUnsupported = (error: unknown): boolean => isErrno(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EMLINK');
