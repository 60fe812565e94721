import {LazaretteError} from '../../base/errors.ts';
import {shortId} from '../../repository/archive.ts';
import type {Node} from '../../repository/node.ts';
import type {ArchiveReader} from '../../repository/repository.ts';

/** The directory of an archive that becomes the target's root; its own node unless it is the archive's root, which has none. */
export type Subtree = {treeId: string; node: Node | undefined};

/**
@param path absolute, as in the archive's `paths`
@throws LazaretteError `ArchiveNotFound` when the archive has no such directory
*/
export async function findSubtree(reader: ArchiveReader, path: string, signal: AbortSignal): Promise<Subtree> {
	let found: Subtree = {treeId: reader.archive.tree, node: undefined};
	for (const part of path.split('/').filter(name => name !== '')) {
		const node = await findNode(reader, found.treeId, Buffer.from(part), signal);
		if (node?.type !== 'dir' || node.subtree === undefined) {
			throw new LazaretteError('ArchiveNotFound', `archive ${shortId(reader.archive.id)} has no directory ${path}`, {
				hint: `it holds ${reader.archive.paths.join(', ')}`,
				context: {archive: reader.archive.id, path},
			});
		}
		found = {treeId: node.subtree, node};
	}
	return found;
}

async function findNode(reader: ArchiveReader, treeId: string, name: Buffer, signal: AbortSignal): Promise<Node | undefined> {
	for await (const node of reader.readTree(treeId, signal)) if (node.name.equals(name)) return node;
	return undefined;
}
