import type {EntryDescription} from '../../src/engine/verify/describe-tree.ts';
import type {Claim} from './_claims.ts';
import {viewFromOutside} from './_volume-from-outside.ts';
import {viewFromPods} from './_volume-from-pods.ts';

/** All of a volume at one moment: names, contents, holes, owners, modes, times, attributes, links, devices. */
export type Tree = EntryDescription[];

/** Small files by path. */
export type Texts = Record<string, string>;

/** A look into a claim that is no mover's. */
export type VolumeView = {
	tree(): Promise<Tree>;
	/** All files. */
	texts(): Promise<Texts>;
	/** Writes files; with a time, they all have it. */
	write(texts: Texts, time?: Date): Promise<void>;
};

/** On a cluster of ours from outside, on the node's own disk; elsewhere through pods, which see no attributes. */
export const viewOf = (claim: Claim): VolumeView => (claim.space.world.own ? viewFromOutside(claim) : viewFromPods(claim));

export const readTexts = async (claim: Claim): Promise<Texts> => viewOf(claim).texts();

export const writeTexts = async (claim: Claim, texts: Texts, time?: Date): Promise<void> => viewOf(claim).write(texts, time);
