import type {Node} from '../../repository/node.ts';
import type {Status} from '../file-system/file-system.ts';

/**
When a file counts as unchanged and is not read again. Type, size and modification time must be equal always.
`restic`: change time and inode as well, so that a file written in place with its time set back is noticed.
`size-mtime`: for captures that give every file a new change time and inode, such as clones made file by file; all would be read again otherwise.
*/
export type Comparison = 'restic' | 'size-mtime';

export function isUnchanged(previous: Node, status: Status, comparison: Comparison): boolean {
	if (previous.type !== 'file' || status.type !== 'file' || previous.content === undefined) return false;
	if (previous.size !== status.size || previous.mtimeNs !== status.mtimeNs) return false;
	return comparison === 'size-mtime' || (previous.ctimeNs === status.ctimeNs && previous.inode === status.inode);
}

/**
The node as the parent archive has it, when a capture changed no more than change time, inode and device: the directory's tree then stays the same,
and is not stored again. Entries with several names keep their new identity, by which a restore links them.
*/
export function withIdentityOf(node: Node, previous: Node): Node {
	if (node.type !== previous.type || node.mtimeNs !== previous.mtimeNs || node.links > 1 || previous.links > 1) return node;
	return {...node, ctimeNs: previous.ctimeNs, inode: previous.inode, deviceId: previous.deviceId};
}

/** Whether two archives say the same of an entry. */
export function isSameNode(a: Node, b: Node): boolean {
	return (
		a.type === b.type &&
		a.mode === b.mode &&
		a.uid === b.uid &&
		a.gid === b.gid &&
		a.size === b.size &&
		a.mtimeNs === b.mtimeNs &&
		a.ctimeNs === b.ctimeNs &&
		a.inode === b.inode &&
		a.links === b.links &&
		a.subtree === b.subtree &&
		sameBytes(a.content, b.content) &&
		sameAttributes(a, b)
	);
}

const sameBytes = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
	a === b || Buffer.compare(a ?? nothing, b ?? nothing) === 0;

function sameAttributes({extendedAttributes: a = []}: Node, {extendedAttributes: b = []}: Node): boolean {
	return a.length === b.length && a.every(({name, value}, index) => name.equals(b[index]!.name) && value.equals(b[index]!.value));
}

const nothing = new Uint8Array();
