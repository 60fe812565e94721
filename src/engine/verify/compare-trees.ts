import type {FileSystem} from '../file-system/file-system.ts';
import {describeTree} from './describe-tree.ts';
import type {EntryDescription} from './describe-tree.ts';

/** Something two trees do not have in common; `a` and `b` are for people. */
export type Difference = {path: string; field: DifferenceField; a: string; b: string};

export type DifferenceField = 'presence' | Exclude<keyof EntryDescription, 'path'>;

export type CompareOptions = {
	/** Fields that may differ, because who restored could not set them. */
	ignore?: readonly DifferenceField[];
};

/**
Compares an original with its copy completely: names, types, contents and all metadata but access and change times. Sockets are not expected in the copy. The copy
may have more holes than the original, not fewer.
*/
export const compareTrees = (fileSystem: FileSystem, a: string, b: string, options: CompareOptions = {}): Difference[] =>
	compareDescriptions(describeTree(fileSystem, a), describeTree(fileSystem, b), options);

/** The same for descriptions made elsewhere or earlier. */
export function compareDescriptions(a: Iterable<EntryDescription>, b: Iterable<EntryDescription>, {ignore = []}: CompareOptions = {}): Difference[] {
	const copies = new Map(Array.from(b, entry => [entry.path, entry]));
	const differences: Difference[] = [];
	for (const original of a) {
		const copy = copies.get(original.path);
		copies.delete(original.path);
		if (copy) differences.push(...compareEntries(original, copy));
		else if (original.type !== 'socket') differences.push({path: original.path, field: 'presence', a: original.type, b: 'missing'});
	}
	for (const {path, type} of copies.values()) differences.push({path, field: 'presence', a: 'missing', b: type});
	return differences.filter(({field}) => !ignore.includes(field));
}

const compared = ['type', 'mode', 'uid', 'gid', 'mtime', 'size', 'content', 'target', 'device', 'attributes', 'sameAs'] as const;

function compareEntries(a: EntryDescription, b: EntryDescription): Difference[] {
	const differences: Difference[] = [];
	for (const field of compared) {
		const [inA, inB] = [print(a[field]), print(b[field])];
		if (inA !== inB) differences.push({path: a.path, field, a: inA, b: inB});
	}
	if ((b.blocks ?? 0) > (a.blocks ?? 0) + allocationSlack) differences.push({path: a.path, field: 'blocks', a: print(a.blocks), b: print(b.blocks)});
	return differences;
}

/** In blocks of 512 bytes: file systems differ in what they allocate for extents and attributes, and in how small a hole can be. */
const allocationSlack = 128;

const print = (value: EntryDescription[keyof EntryDescription]): string => (Array.isArray(value) ? value.join(' ') : String(value ?? 'none'));
