import type {BitSet} from '../check/bit-set.ts';
import type {ChosenCopies} from './choose-copies.ts';
import type {PruneIndex} from './load-prune-index.ts';
import type {IndexPlan} from './plan-index.ts';
import type {PruneLimits, PrunePlan} from './plan-prune.ts';

/** All that a prune has decided, before anything is changed. */
export type WholePlan = {
	loaded: PruneIndex;
	copies: ChosenCopies;
	packs: PrunePlan;
	/** Packs that are removed or rewritten. */
	gone: BitSet;
	index: IndexPlan;
	limits: PruneLimits;
};
