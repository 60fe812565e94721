import {isText} from '../json-scanner.ts';

const names = [
	'name', 'type', 'mode', 'mtime', 'atime', 'ctime', 'uid', 'gid', 'user', 'group', 'inode', 'device_id', 'size', 'links',
	'linktarget', 'linktarget_raw', 'extended_attributes', 'device', 'content', 'subtree',
] as const;

/** The members of a stored node that have a field of their own; all others are foreign. */
export type NodeMember = (typeof names)[number];

// Length and first letter tell all of them apart, so that reading a node's keys makes no strings.
const byShape = new Map<number, {name: NodeMember; bytes: Buffer}>();
const shapeOf = (length: number, first: number): number => length * 256 + first;
for (const name of names) byShape.set(shapeOf(name.length, name.charCodeAt(0)), {name, bytes: Buffer.from(name)});

export function nodeMember(bytes: Uint8Array, from: number, to: number): NodeMember | undefined {
	const candidate = byShape.get(shapeOf(to - from, bytes[from] ?? 0));
	return candidate && isText(bytes, from, to, candidate.bytes) ? candidate.name : undefined;
}

/** A bit for each member, to note which of them were seen. */
export const memberBits = Object.fromEntries(names.map((name, bit) => [name, 1 << bit])) as Readonly<Record<NodeMember, number>>;
