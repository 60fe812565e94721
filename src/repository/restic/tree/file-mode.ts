import type {NodeType} from '../../node.ts';

/*
Trees hold the bits of Go's FileMode (https://pkg.go.dev/io/fs#FileMode), not those of Linux: permissions are the same, everything else is elsewhere.
*/
const permissions = 0o777;
const goSetuid = 1 << 23;
const goSetgid = 1 << 22;
const goSticky = 1 << 20;
const unixSetuid = 0o4000;
const unixSetgid = 0o2000;
const unixSticky = 0o1000;

const typeBits: Record<NodeType, number> = {
	file: 0,
	dir: 2 ** 31,
	symlink: 1 << 27,
	dev: 1 << 26,
	chardev: (1 << 26) | (1 << 21),
	fifo: 1 << 25,
	socket: 1 << 24,
};

/** `st_mode & 0o7777` and the type as Go's FileMode. */
export function toGoMode(mode: number, type: NodeType): number {
	const special = (mode & unixSetuid ? goSetuid : 0) | (mode & unixSetgid ? goSetgid : 0) | (mode & unixSticky ? goSticky : 0);
	return typeBits[type] + ((mode & permissions) | special);
}

/** The permission bits with setuid, setgid and sticky as Linux has them. */
export const fromGoMode = (mode: number): number =>
	(mode & permissions) | (mode & goSetuid ? unixSetuid : 0) | (mode & goSetgid ? unixSetgid : 0) | (mode & goSticky ? unixSticky : 0);
