import type {SetName} from '../sets/set-names.ts';
import type {Size, StoreName} from '../options.ts';
import type {Inexactness} from './compare-restored.ts';

/** In the order in which each round does them. */
export const steps = ['backup', 'unchanged', 'changed', 'restore', 'check', 'prune'] as const;

export type Step = (typeof steps)[number];

/** One command, once. */
export type Sample = {
	set: SetName;
	store: StoreName;
	size: Size;
	/** 1 for the first that counts; peers of one round worked on the same data, one right after the other. */
	round: number;
	peer: string;
	step: Step;
	wallSeconds: number;
	cpuSeconds: number;
	peakBytes: number;
	/** CPU seconds of everything else on the machine meanwhile. */
	otherCpuSeconds: number;
	/** Of the whole repository, afterwards. */
	storedBytes: number;
	requests?: number;
	/** To and from the object store. */
	trafficBytes?: number;
	/** A restored tree of a guest was not what it had backed up. */
	inexact?: Inexactness;
};
