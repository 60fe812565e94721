import {createHash} from 'node:crypto';
import {neverAborts} from '../../../../src/base/abort.ts';
import type {Archive} from '../../../../src/repository/archive.ts';
import type {Node} from '../../../../src/repository/node.ts';
import type {ArchiveReader, Repository} from '../../../../src/repository/repository.ts';

export type ReadEntry = {node: Node; sha256?: string};

/** Every entry of an archive by its path (latin1, so that names need not be UTF-8), and the hash of every file's content. */
export async function readBack(repository: Repository, archive: Archive): Promise<Map<string, ReadEntry>> {
	const reader = await repository.openArchive(archive, neverAborts);
	const entries = new Map<string, ReadEntry>();
	try {
		await readTree(reader, archive.tree, '', entries);
	} finally {
		await reader.close();
	}
	return entries;
}

async function readTree(reader: ArchiveReader, treeId: string, prefix: string, entries: Map<string, ReadEntry>): Promise<void> {
	for await (const node of reader.readTree(treeId, neverAborts)) {
		const path = `${prefix}${node.name.toString('latin1')}`;
		entries.set(path, node.type === 'file' ? {node, sha256: await contentHash(reader, node)} : {node});
		if (node.subtree) await readTree(reader, node.subtree, `${path}/`, entries);
	}
}

async function contentHash(reader: ArchiveReader, node: Node): Promise<string> {
	const hash = createHash('sha256');
	for (let at = 0; at < node.content!.length; at += 32) {
		const id = node.content!.subarray(at, at + 32);
		const {pack, blob} = reader.locate(id);
		await reader.readBlobs([{pack, blobs: Uint32Array.of(blob)}], (_part, _at, bytes) => void hash.update(bytes), neverAborts);
	}
	return hash.digest('hex');
}
