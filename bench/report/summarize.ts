import {median} from './median.ts';
import type {StoreName} from '../options.ts';
import type {Sample, Step} from '../rounds/sample.ts';
import type {SetName} from '../sets/set-names.ts';

export const figures = ['wallSeconds', 'cpuSeconds', 'peakBytes', 'storedBytes', 'requests', 'trafficBytes'] as const;

export type Figure = (typeof figures)[number];

/** A peer beside the reference, in one step of one set on one store. */
export type Comparison = {
	set: SetName;
	store: StoreName;
	step: Step;
	peer: string;
	/** Medians over the rounds. Figures that the store does not have are absent. */
	reference: Partial<Record<Figure, number>>;
	own: Partial<Record<Figure, number>>;
	/** Median of the quotients own / reference, each of two samples of the same round. */
	ratio: Partial<Record<Figure, number>>;
	rounds: number;
};

/** Compares each peer with `reference` wherever both were measured in the same round; in the order of the samples. */
export function summarize(samples: readonly Sample[], reference: string): Comparison[] {
	const groups = Map.groupBy(samples, ({set, store, step, peer}) => [set, store, step, peer].join(' '));
	const comparisons: Comparison[] = [];
	for (const own of groups.values()) {
		const {set, store, step, peer} = own[0]!;
		if (peer === reference) continue;
		const references = groups.get([set, store, step, reference].join(' ')) ?? [];
		const pairs = own.flatMap(sample => {
			const partner = references.find(({round}) => round === sample.round);
			return partner ? [{own: sample, reference: partner}] : [];
		});
		if (pairs.length > 0) comparisons.push({set, store, step, peer, ...compare(pairs), rounds: pairs.length});
	}
	return comparisons;
}

function compare(pairs: Array<{own: Sample; reference: Sample}>): Pick<Comparison, 'reference' | 'own' | 'ratio'> {
	const result: Pick<Comparison, 'reference' | 'own' | 'ratio'> = {reference: {}, own: {}, ratio: {}};
	for (const figure of figures) {
		const both = pairs.flatMap(({own, reference}) => (own[figure] === undefined || reference[figure] === undefined ? [] : [{own: own[figure], reference: reference[figure]}]));
		if (both.length === 0) continue;
		result.own[figure] = median(both.map(({own}) => own));
		result.reference[figure] = median(both.map(({reference}) => reference));
		result.ratio[figure] = median(both.map(({own, reference}) => own / reference));
	}
	return result;
}
