import type {Archive} from '../../repository/archive.ts';
import type {ExtendedAttribute, Node} from '../../repository/node.ts';
import {printableName} from '../file-system/printable-path.ts';
import {treeNodes} from '../restore/tree-nodes.ts';
import type {TreeReader} from './find-node.ts';

export type DiffArchives = {
	/** Of the archives' repository. */
	reader: TreeReader;
	before: Archive;
	after: Archive;
	signal: AbortSignal;
};

/** `path` is printable. `Content` is a file's content, a link's target or a device's number; `Metadata` is what else a restore brings back. */
export type ArchiveChange = {path: string; change: 'Added' | 'Removed' | 'Type' | 'Content' | 'Metadata'; before?: Node; after?: Node};

export type EntryCounts = {files: number; directories: number; others: number; /** of files */ bytes: number};

export type DiffTally = {
	added: EntryCounts;
	removed: EntryCounts;
	/** Files with other content: how many, and their bytes before and after. */
	changed: {files: number; bytesBefore: number; bytesAfter: number};
	/** Links and devices that point elsewhere. */
	othersChanged: number;
	typesChanged: number;
	metadataChanged: number;
};

const none = (): EntryCounts => ({files: 0, directories: 0, others: 0, bytes: 0});

export const newDiffTally = (): DiffTally => ({added: none(), removed: none(), changed: {files: 0, bytesBefore: 0, bytesAfter: 0}, othersChanged: 0, typesChanged: 0, metadataChanged: 0});

type Frame = {path: string; before: Peeking | undefined; after: Peeking | undefined};

/** What became of one archive's entries in another, in the order of their paths. Directories that are the same tree in both are not read. Counts in `tally` as it goes. */
export async function* diffArchives({reader, before, after, signal}: DiffArchives, tally: DiffTally): AsyncGenerator<ArchiveChange> {
	const peek = (tree: string | undefined): Peeking | undefined => (tree === undefined ? undefined : new Peeking(treeNodes(reader, tree, signal)));
	const frames: Frame[] = before.tree === after.tree ? [] : [{path: '', before: peek(before.tree), after: peek(after.tree)}];
	for (let frame = frames.at(-1); frame; frame = frames.at(-1)) {
		const a = await frame.before?.peek();
		const b = await frame.after?.peek();
		if (!a && !b) {
			frames.pop();
			continue;
		}
		const order = a && b ? Buffer.compare(a.name, b.name) : a ? -1 : 1;
		const old = order <= 0 ? a : undefined;
		const young = order >= 0 ? b : undefined;
		if (old) frame.before!.skip();
		if (young) frame.after!.skip();
		const path = `${frame.path}/${printableName((old ?? young)!.name)}`;
		const change = changeOf(old, young);
		if (change) {
			count(tally, change, old, young);
			yield {path, change, ...(old && {before: old}), ...(young && {after: young})};
		}
		if (old?.subtree !== young?.subtree) frames.push({path, before: peek(old?.subtree), after: peek(young?.subtree)});
	}
}

function changeOf(before: Node | undefined, after: Node | undefined): ArchiveChange['change'] | undefined {
	if (!before) return 'Added';
	if (!after) return 'Removed';
	if (before.type !== after.type) return 'Type';
	if (!sameContent(before, after)) return 'Content';
	return sameMetadata(before, after) ? undefined : 'Metadata';
}

function sameContent(a: Node, b: Node): boolean {
	return sameBytes(a.content, b.content) && sameBytes(a.linkTarget, b.linkTarget) && a.device === b.device;
}

/** Without what a copy of the same file elsewhere would not have: inode, device, links, and the times of access and change. */
const sameMetadata = (a: Node, b: Node): boolean =>
	a.mode === b.mode && a.uid === b.uid && a.gid === b.gid && a.mtimeNs === b.mtimeNs && a.user === b.user && a.group === b.group && sameAttributes(a.extendedAttributes, b.extendedAttributes);

const sameBytes = (a: Uint8Array = empty, b: Uint8Array = empty): boolean => Buffer.compare(a, b) === 0;
const empty = new Uint8Array(0);

/** Their order is the file system's whim. */
function sameAttributes(a: readonly ExtendedAttribute[] = [], b: readonly ExtendedAttribute[] = []): boolean {
	const text = (list: readonly ExtendedAttribute[]): string => list.map(({name, value}) => `${name.toString('hex')}=${value.toString('hex')}`).sort().join();
	return a.length === b.length && text(a) === text(b);
}

function count(tally: DiffTally, change: ArchiveChange['change'], before: Node | undefined, after: Node | undefined): void {
	if (change === 'Added') add(tally.added, after!);
	else if (change === 'Removed') add(tally.removed, before!);
	else if (change === 'Type') tally.typesChanged++;
	else if (change === 'Metadata') tally.metadataChanged++;
	else if (after!.type !== 'file') tally.othersChanged++;
	else {
		tally.changed.files++;
		tally.changed.bytesBefore += before!.size;
		tally.changed.bytesAfter += after!.size;
	}
}

function add(counts: EntryCounts, {type, size}: Node): void {
	if (type === 'dir') counts.directories++;
	else if (type !== 'file') counts.others++;
	else {
		counts.files++;
		counts.bytes += size;
	}
}

/** A stream of nodes of which the next can be looked at before it is taken. */
class Peeking {
	readonly #nodes: AsyncGenerator<Node, void>;
	#next: Node | undefined;

	constructor(nodes: AsyncGenerator<Node, void>) {
		this.#nodes = nodes;
	}

	async peek(): Promise<Node | undefined> {
		if (this.#next) return this.#next;
		const next = await this.#nodes.next();
		return (this.#next = next.done ? undefined : next.value);
	}

	skip(): void {
		this.#next = undefined;
	}
}
