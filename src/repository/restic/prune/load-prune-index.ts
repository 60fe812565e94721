import {idOfKey, prefixes} from '../files/object-keys.ts';
import {readIndexFiles} from '../index/index-files.ts';
import {addPack, emptyFullIndex} from '../index/load-index.ts';
import {idFromHex} from '../blob-id.ts';
import type {LazaretteError} from '../../../base/errors.ts';
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

/**
The whole index with the files it came from, and what is really there. `onDamaged` receives a file that can not be read, with the packs that it names up to the damage: their
blobs are in the index, it is not among the files.
@throws RepositoryDamaged for such a file without `onDamaged`
*/
export async function loadPruneIndex(repository: OpenRepository, signal: AbortSignal, onDamaged?: (key: string, error: LazaretteError, packs: readonly number[]) => void): Promise<PruneIndex> {
	const index = emptyFullIndex();
	const files = new Map<string, IndexFile>();
	const leaveOut = (key: string, error: LazaretteError): void => {
		onDamaged?.(key, error, files.get(key)?.packs ?? []);
		files.delete(key);
	};
	await readIndexFiles(
		{
			...repository,
			...(onDamaged && {onDamaged: leaveOut}),
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
