import {BitSet} from '../check/bit-set.ts';
import {headerEntryBytes, packOverhead} from '../pack/pack-header.ts';
import {loadPruneIndex} from '../prune/load-prune-index.ts';
import type {LazaretteError} from '../../../base/errors.ts';
import type {OpenRepository} from '../open-repository.ts';
import type {PruneIndex} from '../prune/load-prune-index.ts';

/** All that can be read of an index, however damaged, beside what is really there: `files` could be read whole. Packs are numbers of the index. */
export type IndexAsItIs = PruneIndex & {
	damaged: {key: string; error: LazaretteError}[];
	/** Packs that are there, but not as the index has them; and those that only a damaged file names. */
	wrong: BitSet;
	/** Those of them whose blobs do not follow each other, by the index. */
	gapped: BitSet;
};

export async function loadIndexAsItIs(repository: OpenRepository, signal: AbortSignal): Promise<IndexAsItIs> {
	const damaged: IndexAsItIs['damaged'] = [];
	const named: number[] = [];
	const loaded = await loadPruneIndex(repository, signal, (key, error, packs) => {
		damaged.push({key, error});
		for (const pack of packs) named.push(pack);
	});
	return {...loaded, damaged, ...findWrong(loaded, named)};
}

/** `named`: by damaged files. */
function findWrong({index, listed}: PruneIndex, named: readonly number[]): Pick<IndexAsItIs, 'wrong' | 'gapped'> {
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
	for (const pack of named) if (listed[pack]! >= 0) wrong.add(pack);
	return {wrong, gapped};
}
