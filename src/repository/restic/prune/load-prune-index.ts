import {idOfKey, prefixes} from '../files/object-keys.ts';
import {readIndexFiles} from '../index/index-files.ts';
import {addPack, emptyFullIndex} from '../index/load-index.ts';
import {idFromHex} from '../blob-id.ts';
import type {FullIndex} from '../index/load-index.ts';
import type {OpenRepository} from '../open-repository.ts';

/** One file of `index/`: `packs` are numbers of the index. */
export type IndexFile = {key: string; blobs: number; packs: number[]};

export type PruneIndex = {
	index: FullIndex;
	files: IndexFile[];
	/** Bytes of each pack as listed, by its number; -1 for one that is not there. */
	listed: Float64Array;
	/** Packs that no index file names. */
	unindexed: {id: string; size: number}[];
};

/** The whole index with the files it came from, and what is really there. @throws RepositoryDamaged when a file of the index can not be read */
export async function loadPruneIndex(repository: OpenRepository, signal: AbortSignal): Promise<PruneIndex> {
	const index = emptyFullIndex();
	const files = new Map<string, IndexFile>();
	await readIndexFiles(
		{
			...repository,
			onFile: key => files.set(key, {key, blobs: 0, packs: []}),
			onPack(entries, key) {
				const file = files.get(key)!;
				file.packs.push(addPack(index, entries));
				file.blobs += entries.count;
			},
		},
		signal,
	);

	const listed = new Float64Array(index.packs.count).fill(-1);
	const unindexed: PruneIndex['unindexed'] = [];
	for await (const {key, size} of repository.storage.list(prefixes.data, signal)) {
		const id = idOfKey(key);
		if (!id) continue;
		const pack = index.packs.ids.find(idFromHex(id));
		if (pack >= 0) listed[pack] = size;
		else unindexed.push({id, size});
	}
	return {index, files: [...files.values()], listed, unindexed};
}
