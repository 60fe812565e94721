import type {Node} from '../../repository/node.ts';
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

export type FirstName = {place: DirectoryPlace; name: Buffer; node: Node};

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

function countFile(run: RestoreRun, {node}: FirstName, count: 'filesUnchanged' | 'filesRestored'): void {
	if (node.type === 'file') run.tally[count]++;
}

/** Remembers the first name of each file that has several, for as long as the restore runs. */
export class FirstNames {
	readonly #first = new Map<string, FirstName>();

	/** The first name of the same file; undefined when this is the first, or when the archive's numbers prove nothing. */
	find(node: Node): FirstName | undefined {
		const first = this.#first.get(keyOf(node));
		// Archives with links but without inode numbers exist; by number alone, files that have nothing in common would become one.
		return first && isSameFile(first.node, node) ? first : undefined;
	}

	add(first: FirstName): void {
		this.#first.set(keyOf(first.node), first);
	}
}

export const hasSeveralNames = ({type, links, inode}: Node): boolean => type !== 'dir' && links > 1 && inode > 0n;

const keyOf = ({deviceId, inode}: Node): string => `${deviceId}:${inode}`;

const isSameFile = (a: Node, b: Node): boolean =>
	a.type === b.type && a.size === b.size && a.mtimeNs === b.mtimeNs && a.device === b.device && Buffer.compare(a.content ?? nothing, b.content ?? nothing) === 0;

const nothing = new Uint8Array();
