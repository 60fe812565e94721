import {isLazaretteError} from '../../base/errors.ts';
import type {Node} from '../../repository/node.ts';
import type {ArchiveReader, PackPart} from '../../repository/repository.ts';
import type {DirectoryPlace} from '../file-system/directory-cache.ts';
import type {Scope} from '../select/selector.ts';
import {treeNodes} from './tree-nodes.ts';

export type FindDamage = {
	reader: ArchiveReader;
	/** The tree that is to be restored, and what of it. */
	treeId: string;
	scope: Scope;
	root: DirectoryPlace;
	/** Told of each file that lacks content, and each directory whose list of entries can not be read. */
	onDamaged: (place: DirectoryPlace, name: Buffer | undefined, reason: 'ContentDamaged' | 'DirectoryDamaged', detail: string) => void;
	signal: AbortSignal;
};

/** IDs, as hex. */
export type Damage = {blobs: Set<string>; trees: Set<string>};

type File = {place: DirectoryPlace; node: Node};

/** Content is proven when so many pieces of it have come together. */
const most = 50_000;
const idLength = 32;

/**
Reads all that a restore would, writes nothing, and finds what of it can not be read: so that a damaged file is left out as a whole, whatever the order in
which its pieces would have come.
*/
export async function findDamage(options: FindDamage): Promise<Damage> {
	const {reader, treeId, scope, root, onDamaged, signal} = options;
	const damage: Damage = {blobs: new Set(), trees: new Set()};
	let files: File[] = [];
	let pieces = 0;
	const prove = async (): Promise<void> => {
		await proveContent(reader, files, damage, signal);
		for (const {place, node} of files) {
			const missing = missingPieces(node, damage);
			if (missing > 0) onDamaged(place, node.name, 'ContentDamaged', `${missing} of its ${node.content!.length / idLength} pieces can not be read`);
		}
		files = [];
		pieces = 0;
	};

	const pending = [{treeId, scope, place: root}];
	for (let directory = pending.pop(); directory; directory = pending.pop()) {
		signal.throwIfAborted();
		const {place} = directory;
		const below: typeof pending = [];
		try {
			for await (const node of treeNodes(reader, directory.treeId, signal)) {
				const inner = node.type === 'dir' ? directory.scope.enter(node.name) : undefined;
				if (inner?.searched && node.subtree !== undefined) below.push({treeId: node.subtree, scope: inner, place: {parent: place, name: node.name}});
				if (node.type !== 'file' || !directory.scope.takes(node.name)) continue;
				files.push({place, node});
				pieces += node.content!.length / idLength;
				if (pieces >= most || files.length >= most) await prove();
			}
			pending.push(...below.reverse());
		} catch (error) {
			if (!isLazaretteError(error, 'RepositoryDamaged')) throw error;
			damage.trees.add(directory.treeId);
			onDamaged(place, undefined, 'DirectoryDamaged', 'its list of entries can not be read');
		}
	}
	await prove();
	return damage;
}

/** The same reader, as if the archive had never held what is damaged. */
export function withoutDamage(reader: ArchiveReader, damage: Damage): ArchiveReader {
	return {
		archive: reader.archive,
		async *readTree(treeId, signal) {
			if (damage.trees.has(treeId)) return;
			for await (const node of reader.readTree(treeId, signal)) if (node.type !== 'file' || missingPieces(node, damage) === 0) yield node;
		},
		locate: id => reader.locate(id),
		readBlobs: async (parts, consume, signal, writing) => reader.readBlobs(parts, consume, signal, writing),
		close: async () => reader.close(),
	};
}

function missingPieces({content = new Uint8Array(0)}: Node, {blobs}: Damage): number {
	if (blobs.size === 0) return 0;
	let missing = 0;
	for (let at = 0; at < content.length; at += idLength) if (blobs.has(hexOf(content, at))) missing++;
	return missing;
}

async function proveContent(reader: ArchiveReader, files: readonly File[], damage: Damage, signal: AbortSignal): Promise<void> {
	const packs = new Map<number, Map<number, {offset: number; id: string}>>();
	for (const {node} of files) {
		const {content = new Uint8Array(0)} = node;
		for (let at = 0; at < content.length; at += idLength) {
			const id = content.subarray(at, at + idLength);
			try {
				const {pack, blob, offset} = reader.locate(id);
				const blobs = packs.get(pack) ?? new Map<number, {offset: number; id: string}>();
				packs.set(pack, blobs.set(blob, {offset, id: hexOf(content, at)}));
			} catch (error) {
				if (!isLazaretteError(error, 'RepositoryDamaged')) throw error;
				damage.blobs.add(hexOf(content, at));
			}
		}
	}
	for (const [pack, blobs] of packs) {
		const inOrder = [...blobs].sort((a, b) => a[1].offset - b[1].offset);
		await provePart(reader, {pack, blobs: Uint32Array.from(inOrder, ([blob]) => blob)}, at => damage.blobs.add(inOrder[at]![1].id), signal);
	}
}

/** A part with damage is read again in halves, until what is left is damaged blobs alone. */
async function provePart(reader: ArchiveReader, {pack, blobs}: PackPart, onDamaged: (at: number) => void, signal: AbortSignal): Promise<void> {
	const stretches = [[0, blobs.length]];
	for (let stretch = stretches.pop(); stretch; stretch = stretches.pop()) {
		const [from, to] = stretch as [number, number];
		try {
			await reader.readBlobs([{pack, blobs: blobs.subarray(from, to)}], () => undefined, signal);
		} catch (error) {
			if (!isLazaretteError(error, 'RepositoryDamaged')) throw error;
			const middle = (from + to) >> 1;
			if (to - from === 1) onDamaged(from);
			else stretches.push([from, middle], [middle, to]);
		}
	}
}

const hexOf = (ids: Uint8Array, at: number): string => Buffer.from(ids.buffer, ids.byteOffset + at, idLength).toString('hex');
