import {printableName} from '../../engine/file-system/printable-path.ts';
import type {Node, NodeType} from '../../repository/node.ts';

const typeLetters: Record<NodeType, string> = {file: '-', dir: 'd', symlink: 'l', dev: 'b', chardev: 'c', fifo: 'p', socket: 's'};

/** Like `ls -l`, with owners as numbers: an archive knows no names but those of the machine it came from. */
export function formatNode(path: string, node: Node): string {
	const target = node.linkTarget === undefined ? '' : ` -> ${printableName(node.linkTarget)}`;
	const owner = `${node.uid}:${node.gid}`;
	return `${typeLetters[node.type]}${permissions(node.mode)} ${owner.padStart(11)} ${String(node.size).padStart(12)} ${instant(node.mtimeNs)} ${path}${target}`;
}

export const jsonNode = (path: string, node: Node): object => ({
	path,
	type: node.type,
	mode: node.mode.toString(8).padStart(4, '0'),
	uid: node.uid,
	gid: node.gid,
	size: node.size,
	mtime: instant(node.mtimeNs),
	...(node.linkTarget !== undefined && {linkTarget: printableName(node.linkTarget)}),
	...(node.extendedAttributes !== undefined && {extendedAttributes: node.extendedAttributes.map(({name}) => printableName(name))}),
});

function permissions(mode: number): string {
	const bits = (shift: number, special: number, letter: string): string => {
		const execute = (mode >> shift) & 1;
		const marked = (mode & special) !== 0;
		return `${(mode >> shift) & 4 ? 'r' : '-'}${(mode >> shift) & 2 ? 'w' : '-'}${marked ? (execute ? letter : letter.toUpperCase()) : execute ? 'x' : '-'}`;
	};

	return bits(6, 0o4000, 's') + bits(3, 0o2000, 's') + bits(0, 0o1000, 't');
}

/** Seconds are enough for people; years outside of what Date can show are given in seconds since 1970. */
function instant(ns: bigint): string {
	const date = new Date(Number(ns / 1_000_000n));
	return Number.isNaN(date.getTime()) ? `@${ns / 1_000_000_000n}` : date.toISOString().replace('T', ' ').slice(0, 19);
}
