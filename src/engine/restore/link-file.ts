import {hash} from 'node:crypto';
import type {Node, NodeType} from '../../repository/node.ts';
import type {DirectoryPlace} from '../file-system/directory-cache.ts';
import type {RestoreRun} from './restore-run.ts';

/** A further name of a file that the archive has under another name already. */
export type LinkWork = {
	place: DirectoryPlace;
	name: Buffer;
	first: FirstName;
	/** Remove what is there. */
	replace: boolean;
};

export type FirstName = {place: DirectoryPlace; name: Buffer; type: NodeType};

export function linkFile(run: RestoreRun, {place, name, first, replace}: LinkWork): void {
	run.attempt(place, name, 'NotRestored', () => {
		if (isLinked(run, place, name, first)) {
			countFile(run, first, 'filesUnchanged');
			return;
		}
		const [from, to] = run.directories.openBoth(first.place, place);
		if (replace) to.removeFile(name);
		to.linkTo(name, from, first.name);
		countFile(run, first, 'filesRestored');
	});
}

/** Whether both names lead to one file in the target already. */
export function isLinked(run: RestoreRun, place: DirectoryPlace, name: Buffer, first: FirstName): boolean {
	const present = run.directories.open(place).lookUp(name);
	const wanted = run.directories.open(first.place).lookUp(first.name);
	return present !== undefined && present.inode === wanted?.inode && present.deviceId === wanted.deviceId;
}

function countFile(run: RestoreRun, {type}: FirstName, count: 'filesUnchanged' | 'filesRestored'): void {
	if (type === 'file') run.tally[count]++;
}

/** Remembers the first name of each file that has several, until all its names have been seen. */
export class FirstNames {
	readonly #first = new Map<string, FirstName & {print: string; left: number}>();

	/** The first name of the same file; undefined when this is the first, or when the archive's numbers prove nothing. */
	find(node: Node): FirstName | undefined {
		const key = keyOf(node);
		const first = this.#first.get(key);
		// Archives with link counts but without inode numbers exist; by number alone, files that have nothing in common would become one.
		if (!first || first.print !== printOf(node)) return undefined;
		if (--first.left === 0) this.#first.delete(key);
		return first;
	}

	add(place: DirectoryPlace, node: Node): void {
		this.#first.set(keyOf(node), {place, name: node.name, type: node.type, print: printOf(node), left: node.links - 1});
	}
}

export const hasSeveralNames = ({type, links, inode}: Node): boolean => type !== 'dir' && links > 1 && inode > 0n;

const keyOf = ({deviceId, inode}: Node): string => `${deviceId}:${inode}`;

/** What all names of one file have in common. */
const printOf = ({type, size, mtimeNs, device, content}: Node): string => `${type} ${size} ${mtimeNs} ${device} ${content ? hash('sha256', content, 'base64') : ''}`;
