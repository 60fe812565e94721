/** What of a pack is used, as a plan needs it. */
export type PackUse = {
	/** Number in the index. */
	pack: number;
	content: 'data' | 'tree' | 'mixed' | 'nothing';
	usedBlobs: number;
	/** bytes of blobs */
	usedBytes: number;
	unusedBlobs: number;
	/** bytes of blobs */
	unusedBytes: number;
	headerBytes: number;
	/** Holds trees that are not compressed. */
	rawTrees: boolean;
	/** The index names it, the storage does not hold it; nothing of it is used. */
	missing: boolean;
};

export type PruneLimits = {
	/** Unused bytes of content that may stay in packs: a share of what the repository then holds, or bytes. Trees are always tidied. */
	maxUnused: {percent: number} | {bytes: number};
	/** Packs are rewritten only until this many bytes of them; the rest waits for the next prune. */
	maxRepackBytes: number;
	/** Packs below this size are merged. */
	smallPackBytes?: number;
	/** Trees that are stored raw are compressed; the first version of the format knows no compression. */
	compressTrees: boolean;
	/** Bytes and blobs at which a new pack is closed: one that has so much can not become larger. */
	packSize: number;
	maxPackBlobs: number;
};

export type PackReason = {
	remove: 'unused' | 'missing';
	repack: 'rawTrees' | 'mixed' | 'partlyUsed' | 'small';
	keep: 'used' | 'tolerated' | 'repackLimit';
};

export type Fate<Choice extends keyof PackReason> = {pack: number; bytes: number; reason: PackReason[Choice]};

export type PrunePlan = {
	/** Missing ones are only taken out of the index. */
	remove: Fate<'remove'>[];
	repack: Fate<'repack'>[];
	keep: Fate<'keep'>[];
	/** bytes of blobs that nothing refers to, before and after */
	unusedBytes: number;
	unusedBytesAfter: number;
};

export const defaultLimits = {maxUnused: {percent: 5}, maxRepackBytes: Infinity} as const;

/** Fewer small packs are not worth the trouble, and a last one that never fills would be merged with each prune. */
const leastSmallPacks = 10;
const smallestPackSize = 4 * 1024 * 1024;

/**
Decides what happens to each pack, as restic's prune does, so that either finds nothing left to do after the other: what is unused goes; packs of
trees, mixed and small ones come first in being rewritten, then those with the largest share of unused bytes, until what remains is within the limit.
*/
export function planPrune(packs: readonly PackUse[], limits: PruneLimits): PrunePlan {
	const smallBelow = Math.min(limits.smallPackBytes ?? smallPackBytes(packs), Math.floor((limits.packSize * 4) / 5));
	const plan: PrunePlan = {remove: [], repack: [], keep: [], unusedBytes: 0, unusedBytesAfter: 0};
	const candidates: Candidate[] = [];
	const small: Candidate[] = [];
	let usedBytes = 0;
	for (const use of packs) {
		const bytes = sizeOf(use);
		const reason = repackReason(use, limits.compressTrees);
		const isSmall = bytes < smallBelow && use.usedBlobs + use.unusedBlobs < limits.maxPackBlobs;
		plan.unusedBytes += use.unusedBytes;
		if (use.usedBlobs === 0) {
			plan.remove.push({pack: use.pack, bytes: use.missing ? 0 : bytes, reason: use.missing ? 'missing' : 'unused'});
			continue;
		}
		usedBytes += use.usedBytes;
		plan.unusedBytesAfter += use.unusedBytes;
		if (reason) candidates.push({use, bytes, reason, isSmall});
		else if (isSmall) small.push({use, bytes, reason: 'small', isSmall});
		else plan.keep.push({pack: use.pack, bytes, reason: 'used'});
	}
	if (small.length >= leastSmallPacks) candidates.push(...small);
	else plan.keep.push(...small.map(({use, bytes}) => ({pack: use.pack, bytes, reason: 'used' as const})));

	const tolerated = toleratedBytes(limits.maxUnused, usedBytes);
	let repackedBytes = 0;
	for (const {use, bytes, reason, isSmall} of candidates.sort(mostWorthFirst)) {
		const {pack} = use;
		const mustGo = use.content !== 'data' || isSmall;
		if (repackedBytes + bytes > limits.maxRepackBytes) plan.keep.push({pack, bytes, reason: 'repackLimit'});
		else if (!mustGo && plan.unusedBytesAfter < tolerated) plan.keep.push({pack, bytes, reason: 'tolerated'});
		else {
			plan.repack.push({pack, bytes, reason});
			plan.unusedBytesAfter -= use.unusedBytes;
			repackedBytes += bytes;
		}
	}
	return plan;
}

const sizeOf = ({usedBytes, unusedBytes, headerBytes}: PackUse): number => usedBytes + unusedBytes + headerBytes;

type Candidate = {use: PackUse; bytes: number; reason: PackReason['repack']; isSmall: boolean};

function repackReason(use: PackUse, compressTrees: boolean): PackReason['repack'] | undefined {
	if (compressTrees && use.rawTrees && use.content === 'tree') return 'rawTrees';
	if (use.content === 'mixed') return 'mixed';
	return use.unusedBlobs > 0 ? 'partlyUsed' : undefined;
}

function mostWorthFirst(a: Candidate, b: Candidate): number {
	const rank = ({use, isSmall}: Candidate): number => (use.content === 'data' ? 2 : 0) + (isSmall ? 0 : 1);
	return rank(a) - rank(b) || b.use.unusedBytes * a.bytes - a.use.unusedBytes * b.bytes || a.use.pack - b.use.pack;
}

/** Four fifths of the size that nearly all packs have: in a repository of large packs what counts as small is larger, too. */
function smallPackBytes(packs: readonly PackUse[]): number {
	const sizes = Float64Array.from(packs, sizeOf).sort();
	const usual = sizes[Math.floor((sizes.length * 3) / 100)] ?? 0;
	return Math.floor((Math.max(smallestPackSize, usual) * 4) / 5);
}

/** A share counts against used and unused together: 5 % unused of all is 5/95 of what is used. */
const toleratedBytes = (maxUnused: PruneLimits['maxUnused'], usedBytes: number): number =>
	'bytes' in maxUnused ? maxUnused.bytes : maxUnused.percent >= 100 ? Infinity : (maxUnused.percent / (100 - maxUnused.percent)) * usedBytes;
