import {BitSet} from '../check/bit-set.ts';
import type {IndexFile} from './load-prune-index.ts';

export type IndexPlan = {
	/** Files whose place new ones take. */
	rewrite: IndexFile[];
	/** The packs that the new ones name again, by their numbers. */
	packs: number[];
};

/** What restic fills an index file with. */
const fullFile = 50_000;
const smallFile = fullFile / 4;
/** Each run adds a file; so many small ones cost every opening more than merging them once. */
const manySmallFiles = 32;

/**
Decides which index files are written anew: those that name a pack that goes, or one that another file names as well; the rest only when there is
something to write anyway and they have room, or when there are too many small ones.
*/
export function planIndex(files: readonly IndexFile[], packs: number, gone: BitSet, hasNewPacks: boolean): IndexPlan {
	const named = new BitSet(packs);
	const shared = new BitSet(packs);
	for (const {packs: own} of files) for (const pack of own) if (!named.add(pack)) shared.add(pack);

	const mustGo = files.map(file => file.packs.length === 0 || file.packs.some(pack => gone.has(pack) || shared.has(pack)));
	const writes = hasNewPacks || mustGo.includes(true);
	const merges = files.filter(({blobs}) => blobs < smallFile).length >= manySmallFiles;
	const rewrite = files.filter(({blobs}, number) => mustGo[number] || (writes && blobs < fullFile) || (merges && blobs < smallFile));

	const kept = new BitSet(packs);
	const again = rewrite.flatMap(file => file.packs).filter(pack => !gone.has(pack) && kept.add(pack));
	return {rewrite, packs: again};
}
