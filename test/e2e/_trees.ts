import type {ExecutionContext} from 'ava';
import {compareDescriptions} from '../../src/engine/verify/compare-trees.ts';
import type {CompareOptions} from '../../src/engine/verify/compare-trees.ts';
import type {EntryDescription} from '../../src/engine/verify/describe-tree.ts';
import type {Claim} from './_claims.ts';
import {viewOf} from './_volume-view.ts';
import type {Tree} from './_volume-view.ts';

export const treeOf = async (claim: Claim): Promise<Tree> => viewOf(claim).tree();

export type SameTreeOptions = CompareOptions & {
	/** Entries that are left out of the comparison, on both sides. */
	without?: (entry: EntryDescription) => boolean;
};

/** Fails with each difference between an original and its copy. Sockets never come back; everything else must. */
export async function sameTree(t: ExecutionContext, copy: Claim | Tree, original: Claim | Tree, {without = () => false, ...options}: SameTreeOptions = {}): Promise<void> {
	const [a, b] = [await asTree(original), await asTree(copy)].map(tree => tree.filter(entry => !without(entry)));
	t.true(a!.length > 1, 'there is nothing to compare');
	const differences = compareDescriptions(a!, b!, options);
	t.deepEqual(differences.slice(0, 20), [], `${differences.length} differences in ${a!.length} entries`);
}

const asTree = async (tree: Claim | Tree): Promise<Tree> => (Array.isArray(tree) ? tree : treeOf(tree));
