import type {Node} from '../../repository/node.ts';
import type {ArchiveReader} from '../../repository/repository.ts';
import {isFromVolSync} from '../foreign-layouts.ts';
import type {Subtree} from './find-subtree.ts';

/**
The directory that an archive was made of, wherever its maker put it in the tree: restic leaves out of the tree what a relative path does not name, so
that of `cd /data; restic backup .` the tree has the entries of `/data` at its root, though the archive names `/data`. A directory that leads to the one
meant has no other entry, which tells them apart, except where a volume's only entry is a directory of the same name as its path: then nobody can.
An archive of several paths is meant as a whole.
*/
export async function findVolume(reader: ArchiveReader, signal: AbortSignal): Promise<Subtree> {
	const {archive} = reader;
	const root: Subtree = {treeId: archive.tree, node: undefined};
	const [path] = archive.paths;
	if (archive.paths.length !== 1 || path === undefined || isFromVolSync(archive)) return root;

	const parts = path.split('/').filter(part => part !== '');
	// The longest end of the path that the tree begins with: all of it for an absolute path.
	for (let from = 0; from < parts.length; from++) {
		const found = await descend(reader, root, parts.slice(from), signal);
		if (found) return found;
	}
	return root;
}

/** Undefined unless each directory on the way holds nothing but the next. */
async function descend(reader: ArchiveReader, root: Subtree, parts: readonly string[], signal: AbortSignal): Promise<Subtree | undefined> {
	let at = root;
	for (const part of parts) {
		const only = await onlyNode(reader, at.treeId, signal);
		if (only?.type !== 'dir' || only.subtree === undefined || !only.name.equals(Buffer.from(part))) return undefined;
		at = {treeId: only.subtree, node: only};
	}
	return at;
}

async function onlyNode(reader: ArchiveReader, treeId: string, signal: AbortSignal): Promise<Node | undefined> {
	let only: Node | undefined;
	for await (const node of reader.readTree(treeId, signal)) {
		if (only) return undefined;
		only = node;
	}
	return only;
}
