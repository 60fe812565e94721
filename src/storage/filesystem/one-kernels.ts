import {statfs} from 'node:fs/promises';

/** File systems that one kernel keeps by itself, by the numbers of statfs(2) and linux/magic.h. */
const kinds = new Set([
	// ext2, ext3 and ext4
	0xef53,
	// XFS
	0x58465342,
	// btrfs
	0x9123683e,
	// tmpfs
	0x01021994,
	// OpenZFS
	0x2fc12fc1,
]);

/**
Whether a directory belongs to a file system that only this machine's kernel changes, so that every process on it finds the same names in it at once. Not known of are network, cluster
and user-space file systems (NFS, SMB, CephFS, FUSE, virtiofs, 9p), and overlays, whose layers may be anything. False as well where it cannot be told.
*/
export async function isOneKernels(directory: string): Promise<boolean> {
	try {
		const {type} = await statfs(directory);
		return process.platform === 'linux' && kinds.has(type);
	} catch {
		return false;
	}
}
