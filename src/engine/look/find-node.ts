import {LazaretteError} from '../../base/errors.ts';
import {shortId} from '../../repository/archive.ts';
import type {Archive} from '../../repository/archive.ts';
import type {Node} from '../../repository/node.ts';
import type {ArchiveReader} from '../../repository/repository.ts';
import {printableName} from '../file-system/printable-path.ts';

/** What looking into an archive takes: one reader will do for all archives of a repository. */
export type TreeReader = Pick<ArchiveReader, 'readTree'>;

/**
The entry at a path as the archive shows it: names as they are, or as `ls` prints those that are no text. Undefined for the root, which has no node.
@throws LazaretteError `ArchiveNotFound` naming the first part that is not there
*/
export async function findNode(reader: TreeReader, archive: Archive, path: string, signal: AbortSignal): Promise<Node | undefined> {
	return (await findNodes(reader, archive, path, signal)).at(-1);
}

/** The entry with all directories above it, from the root's child on; none for the root. */
export async function findNodes(reader: TreeReader, archive: Archive, path: string, signal: AbortSignal): Promise<Node[]> {
	const names = path.split('/').filter(name => name !== '');
	let tree: string | undefined = archive.tree;
	const nodes: Node[] = [];
	for (const [depth, name] of names.entries()) {
		const node: Node | undefined = tree === undefined ? undefined : await findEntry(reader, tree, name, signal);
		if (!node) {
			const missing = `/${names.slice(0, depth + 1).join('/')}`;
			throw new LazaretteError('ArchiveNotFound', `archive ${shortId(archive.id)} has no ${missing}`, {hint: 'lazarette ls lists what it has', context: {archive: archive.id, path: missing}});
		}
		nodes.push(node);
		tree = node.subtree;
	}
	return nodes;
}

async function findEntry(reader: TreeReader, tree: string, name: string, signal: AbortSignal): Promise<Node | undefined> {
	for await (const node of reader.readTree(tree, signal)) if (node.name.equals(Buffer.from(name)) || printableName(node.name) === name) return node;
	return undefined;
}
