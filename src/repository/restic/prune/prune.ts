import {BitSet} from '../check/bit-set.ts';
import {idOfKey, prefixes, snapshotKey} from '../files/object-keys.ts';
import {maxBlobs} from '../pack/pack-writer.ts';
import {readSnapshots} from '../snapshot-files.ts';
import {chooseCopies} from './choose-copies.ts';
import {executePrune} from './execute-prune.ts';
import {loadPruneIndex} from './load-prune-index.ts';
import {markUsed} from './mark-used.ts';
import {planIndex} from './plan-index.ts';
import {defaultLimits, planPrune} from './plan-prune.ts';
import {summarize} from './prune-result.ts';
import type {Archive} from '../../archive.ts';
import type {HeldLock} from '../lock/held-lock.ts';
import type {StandingLock} from '../lock/stand-lock.ts';
import type {OpenRepository} from '../open-repository.ts';
import type {WholePlan} from './whole-plan.ts';
import type {MarkedBlobs} from './mark-used.ts';
import type {PruneLimits} from './plan-prune.ts';
import type {PruneProgress, PruneResult} from './prune-result.ts';

export type PruneOptions = Partial<Pick<PruneLimits, 'maxUnused' | 'maxRepackBytes' | 'smallPackBytes'>> & {
	/** Decide only. */
	dryRun?: boolean;
	onProgress?: (progress: PruneProgress) => void;
	/** The repository's archives, when they have been read under the same lock; those of a dry run may be fewer. */
	archives?: readonly Archive[];
};

/**
Removes what no archive needs. `lock` is exclusive, unless it is a dry run, and may only stand as yet: nothing changes before it is held. Everything is read, and every need
proven met, before the first object changes; a prune that is cut off leaves at worst too much, and the next one goes on from there.
@throws RepositoryDamaged naming what an archive needs and is not there, before anything is removed; LockLost; LockedByOther
*/
export async function prune(repository: OpenRepository, lock: HeldLock | StandingLock, options: PruneOptions, signal: AbortSignal): Promise<PruneResult> {
	const {dryRun = false, onProgress} = options;
	const pruning = AbortSignal.any([signal, lock.signal]);
	const isHeld = 'confirm' in lock;
	let decision = await decide(repository, options, pruning);
	const held = isHeld ? lock : await lock.held();
	// Somebody who was at work until then may have finished an archive, or an index of packs that looked like leftovers.
	if (!isHeld && !(await isUnchanged(repository, decision, pruning))) decision = await decide(repository, options, pruning);

	const {plan, marked, archives} = decision;
	const executed = dryRun ? undefined : await executePrune(repository, held, plan, pruning, onProgress);
	return summarize(plan, marked, archives.length, executed);
}

export type Decision = {plan: WholePlan; marked: MarkedBlobs; archives: readonly Archive[]};

/** What a prune would do; changes nothing. @throws RepositoryDamaged naming what an archive needs and is not there */
export async function decide(repository: OpenRepository, options: PruneOptions, signal: AbortSignal): Promise<Decision> {
	// Archives first: what the index then does not know was never complete.
	const archives = options.archives ?? (await readSnapshots(repository, signal));
	const loaded = await loadPruneIndex(repository, signal);
	const marked = await markUsed(repository, loaded.index, archives, signal, done => options.onProgress?.({phase: 'marking', done, total: loaded.index.trees.count}));

	const copies = chooseCopies(loaded, marked);
	const limits: PruneLimits = {...defaultLimits, ...definedLimits(options), compressTrees: repository.config.version >= 2, packSize: repository.packSize, maxPackBlobs: maxBlobs};
	const packs = planPrune(copies.packs, limits);
	const gone = new BitSet(loaded.index.packs.count);
	for (const {pack} of [...packs.remove, ...packs.repack]) gone.add(pack);
	const index = planIndex(loaded.files, loaded.index.packs.count, gone, packs.repack.length > 0);
	return {plan: {loaded, copies, packs, gone, index, limits}, marked, archives};
}

/** Archives and index files never change, only come and go. */
async function isUnchanged({storage}: OpenRepository, {plan, archives}: Decision, signal: AbortSignal): Promise<boolean> {
	const known = new Set([...archives.map(({id}) => snapshotKey(id)), ...plan.loaded.files.map(({key}) => key)]);
	let found = 0;
	for (const prefix of [prefixes.snapshots, prefixes.index]) {
		for await (const {key} of storage.list(prefix, signal)) {
			if (!idOfKey(key)) continue;
			if (!known.has(key)) return false;
			found++;
		}
	}
	return found === known.size;
}

const definedLimits = ({maxUnused, maxRepackBytes, smallPackBytes}: PruneOptions): Partial<PruneLimits> => ({
	...(maxUnused ? {maxUnused} : {}),
	...(maxRepackBytes === undefined ? {} : {maxRepackBytes}),
	...(smallPackBytes === undefined ? {} : {smallPackBytes}),
});
