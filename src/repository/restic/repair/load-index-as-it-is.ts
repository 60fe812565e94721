import {BitSet} from '../check/bit-set.ts';
import {idFromHex} from '../blob-id.ts';
import {idOfKey, prefixes} from '../files/object-keys.ts';
import {readIndexFiles} from '../index/index-files.ts';
import {addPack, emptyFullIndex} from '../index/load-index.ts';
import {headerEntryBytes, packOverhead} from '../pack/pack-header.ts';
import type {LazaretteError} from '../../../base/errors.ts';
import type {FullIndex} from '../index/load-index.ts';
import type {OpenRepository} from '../open-repository.ts';
import type {IndexFile} from '../prune/load-prune-index.ts';

/** All that can be read of an index, however damaged, beside what is really there. Packs are numbers of the index. */
export type IndexAsItIs = {
	index: FullIndex;
	/** Index files that could be read whole. */
	files: IndexFile[];
	damaged: {key: string; error: LazaretteError}[];
	/** Bytes of each pack as listed; -1 for one that is not there. */
	listed: Float64Array;
	/** Packs that are there, but not as the index has them; and those that only a damaged file names. */
	wrong: BitSet;
	/** Those of them whose blobs do not follow each other, by the index. */
	gapped: BitSet;
	/** Packs that nothing readable names. */
	unindexed: {id: string; size: number}[];
};

export async function loadIndexAsItIs(repository: OpenRepository, signal: AbortSignal): Promise<IndexAsItIs> {
	const index = emptyFullIndex();
	const files = new Map<string, IndexFile>();
	const damaged: IndexAsItIs['damaged'] = [];
	await readIndexFiles(
		{
			...repository,
			onFile: key => files.set(key, {key, blobs: 0, packs: []}),
			onPack(entries, key) {
				const file = files.get(key)!;
				file.packs.push(addPack(index, entries));
				file.blobs += entries.count;
			},
			onDamaged: (key, error) => damaged.push({key, error}),
		},
		signal,
	);
	const bad = damaged.map(({key}) => files.get(key)).filter(file => file !== undefined);
	for (const {key} of damaged) files.delete(key);

	const listed = new Float64Array(index.packs.count).fill(-1);
	const unindexed: IndexAsItIs['unindexed'] = [];
	for await (const {key, size} of repository.storage.list(prefixes.data, signal)) {
		const id = idOfKey(key);
		if (!id) continue;
		const pack = index.packs.ids.find(idFromHex(id));
		if (pack >= 0) listed[pack] = size;
		else unindexed.push({id, size});
	}
	return {index, files: [...files.values()], damaged, listed, ...findWrong(index, listed, bad), unindexed};
}

function findWrong(index: FullIndex, listed: Float64Array, bad: readonly IndexFile[]): Pick<IndexAsItIs, 'wrong' | 'gapped'> {
	const {packs} = index;
	const blobBytes = new Float64Array(packs.count);
	const headerBytes = new Float64Array(packs.count).fill(packOverhead);
	for (const table of [index.trees, index.data]) {
		for (let entry = 0; entry < table.count; entry++) {
			blobBytes[table.packOf(entry)]! += table.lengthOf(entry);
			headerBytes[table.packOf(entry)]! += headerEntryBytes(table.isCompressed(entry));
		}
	}
	const wrong = new BitSet(packs.count);
	const gapped = new BitSet(packs.count);
	for (let pack = 0; pack < packs.count; pack++) {
		if (packs.endOf(pack) !== blobBytes[pack]) gapped.add(pack);
		if (listed[pack]! >= 0 && (gapped.has(pack) || listed[pack] !== blobBytes[pack]! + headerBytes[pack]!)) wrong.add(pack);
	}
	for (const {packs: named} of bad) for (const pack of named) if (listed[pack]! >= 0) wrong.add(pack);
	return {wrong, gapped};
}
