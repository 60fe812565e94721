import type {MarkedBlobs} from './mark-used.ts';
import type {PackReason} from './plan-prune.ts';
import type {WholePlan} from './whole-plan.ts';
import type {Repacked} from './repack.ts';

export type PruneProgress = {phase: 'marking' | 'removingUnindexed' | 'repacking' | 'removingIndex' | 'removingPacks'; done: number; total: number};

type Count = {count: number; bytes: number};

/** Counts of objects, and bytes of them; of a dry run, what would be. */
export type PruneResult = {
	dryRun: boolean;
	archives: number;
	blobs: {used: number; unused: number; duplicate: number};
	packs: {
		removed: Record<PackReason['remove'], Count>;
		repacked: Record<PackReason['repack'], Count>;
		kept: Record<PackReason['keep'], Count>;
		/** Removed packs that no index file named. */
		unindexed: Count;
		/** New packs; none in a dry run. */
		written: Count;
	};
	/** Index files before, and how many of them new ones take the place of. */
	indexFiles: {before: number; rewritten: number};
	bytes: {
		/** of blobs that archives need */
		used: number;
		/** of blobs that nothing needs, second copies included, before and after */
		unused: number;
		unusedAfter: number;
		/** of packs that are gone, less those of new packs; in a dry run, what the new packs are expected to save */
		freed: number;
	};
	/** Packs were left as they are because of `maxRepackBytes`: another prune has more to do. */
	limitReached: boolean;
};

export function summarize(plan: WholePlan, marked: MarkedBlobs, archives: number, executed: Repacked | undefined): PruneResult {
	const {loaded, copies, packs} = plan;
	const removed = {unused: none(), missing: none()};
	const repacked = {rawTrees: none(), mixed: none(), partlyUsed: none(), small: none()};
	const kept = {used: none(), tolerated: none(), repackLimit: none()};
	for (const {reason, bytes} of packs.remove) add(removed[reason], bytes);
	for (const {reason, bytes} of packs.repack) add(repacked[reason], bytes);
	for (const {reason, bytes} of packs.keep) add(kept[reason], bytes);

	const unindexed = loaded.unindexed.reduce((sum, {size}) => add(sum, size), none());
	const gone = Object.values({...removed, ...repacked, unindexed}).reduce((sum, {bytes}) => sum + bytes, 0);
	const rewritten = packs.repack.reduce((sum, {pack}) => sum + copies.packs[pack]!.usedBytes + copies.packs[pack]!.headerBytes, 0);
	const used = marked.trees.count + marked.data.count;
	const all = loaded.index.trees.count + loaded.index.data.count;
	return {
		dryRun: !executed,
		archives,
		blobs: {used, unused: all - used - copies.duplicates.blobs, duplicate: copies.duplicates.blobs},
		packs: {removed, repacked, kept, unindexed, written: executed ? {count: executed.packs, bytes: executed.bytes} : none()},
		indexFiles: {before: loaded.files.length, rewritten: plan.index.rewrite.length},
		bytes: {
			used: copies.packs.reduce((sum, {usedBytes}) => sum + usedBytes, 0),
			unused: packs.unusedBytes,
			unusedAfter: packs.unusedBytesAfter,
			freed: gone - (executed?.bytes ?? rewritten),
		},
		limitReached: kept.repackLimit.count > 0,
	};
}

const none = (): Count => ({count: 0, bytes: 0});

function add(count: Count, bytes: number): Count {
	count.count++;
	count.bytes += bytes;
	return count;
}
