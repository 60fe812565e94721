import {statfsSync} from 'node:fs';
import type {Comparison} from '../../engine/archive/unchanged.ts';

/**
f_type (linux/magic.h) of file systems whose snapshots and clones are made of blocks or subvolumes, so that every file in them keeps inode and change time:
ext2 to ext4, XFS, btrfs, ZFS, F2FS.
*/
const keepsIdentity: ReadonlySet<number> = new Set([0xef53, 0x5846_5342, 0x9123_683e, 0x2fc1_2fc1, 0xf2f5_2010]);

export type Capture = {
	/** When a snapshot or clone was cut; absent for a live read. */
	capturedAt: string | undefined;
	/** f_type of what is read; undefined when it is not known. */
	fileSystemType: number | undefined;
};

/**
When a file counts as unchanged. A capture made file by file, as network file systems make theirs, gives every file a new inode and change time: there size and
modification time have to do. Whoever reads the volume itself, or a capture that keeps both, compares them too.
*/
export const chooseComparison = ({capturedAt, fileSystemType}: Capture): Comparison =>
	capturedAt === undefined || fileSystemType === undefined || keepsIdentity.has(fileSystemType) ? 'restic' : 'size-mtime';

/** Undefined when the directory cannot be reached; whoever opens it says why. */
export function fileSystemTypeOf(directory: string): number | undefined {
	try {
		return statfsSync(directory).type >>> 0;
	} catch {
		return undefined;
	}
}
