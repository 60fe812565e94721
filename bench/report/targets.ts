import type {Step} from '../rounds/sample.ts';
import type {SetName} from '../sets/set-names.ts';
import type {Comparison, Figure} from './summarize.ts';

/** Two-core limits of the design, as shares of what restic takes at its defaults; a figure without an entry has none. */
const timeOf: Partial<Record<Step, Partial<Record<SetName, number>>>> = {
	backup: {text: 0.4, random: 0.4, postgresql: 0.4, tree: 0.45, empty: 0.2},
	unchanged: {tree: 0.35, empty: 0.25},
	restore: forAll(0.5),
	check: forAll(0.5),
	prune: forAll(0.5),
};

/** Steps that a mover does; checks and prunes have only to stay below restic. */
const moverSteps: ReadonlySet<Step> = new Set(['backup', 'unchanged', 'changed', 'restore']);
const moverPeakBytes = 130 * 1024 ** 2;
const storedShare = 1.04;

export type Verdict = {figure: Figure; limit: string; met: boolean};

/** What the design says about a comparison's figures. */
export function verdicts({set, step, own, ratio}: Comparison): Verdict[] {
	const found: Verdict[] = [];
	const share = (figure: Figure, most: number | undefined): void => {
		if (most !== undefined && ratio[figure] !== undefined) found.push({figure, limit: `≤ ${most.toFixed(2)}`, met: atMost(ratio[figure], most)});
	};

	share('wallSeconds', timeOf[step]?.[set]);
	if (own.peakBytes !== undefined && ratio.peakBytes !== undefined) {
		const within = !moverSteps.has(step) || own.peakBytes <= moverPeakBytes;
		found.push({figure: 'peakBytes', limit: moverSteps.has(step) ? '≤ 130 MiB and restic' : '≤ restic', met: within && atMost(ratio.peakBytes, 1)});
	}
	if (step === 'backup') share('storedBytes', storedShare);
	share('requests', 1);
	share('trafficBytes', 1);
	return found;
}

/** The share of restic's time that the best of rustic and kopia took for the same data, measured once before and elsewhere; to see it here, give their binaries. */
export const bestRival: Partial<Record<Step, Partial<Record<SetName, {name: string; share: number}>>>> = {
	backup: {
		text: {name: 'kopia', share: 0.73},
		random: {name: 'kopia', share: 0.81},
		tree: {name: 'kopia', share: 0.52},
		empty: {name: 'kopia', share: 0.92},
		postgresql: {name: 'rustic', share: 0.56},
	},
	unchanged: {tree: {name: 'kopia', share: 0.33}},
	restore: {tree: {name: 'rustic', share: 0.64}},
};

/** To the two decimals that are shown: a few bytes of another header are no miss. */
const atMost = (value: number, limit: number): boolean => Math.round(value * 100) <= Math.round(limit * 100);

function forAll(share: number): Record<SetName, number> {
	return {text: share, random: share, tree: share, empty: share, postgresql: share};
}
