import {steps} from '../rounds/sample.ts';
import {markdownTable} from './markdown-table.ts';
import {bestRival} from './targets.ts';
import type {Comparison} from './summarize.ts';

/** Every peer's share of restic's time and its peak of memory, side by side. */
export function peersTable(comparisons: readonly Comparison[]): string {
	const peers = [...new Set(comparisons.map(({peer}) => peer))];
	const rows = [...Map.groupBy(comparisons, ({set, store, step}) => [set, store, step].join(' ')).values()].map(group => [
		group[0]!.set,
		group[0]!.store,
		group[0]!.step,
		...peers.map(peer => {
			const found = group.find(comparison => comparison.peer === peer);
			return found ? `${found.ratio.wallSeconds!.toFixed(2)}, ${(found.own.peakBytes! / 1024 ** 2).toFixed(0)} MiB` : '';
		}),
	]);
	return markdownTable(['data', 'store', 'step', ...peers], rows, 3);
}

/** Ours beside the shares that the best other peers are known to take, over the file system. Empty when nothing of that was measured. */
export function rivalsTable(ours: readonly Comparison[]): string {
	const rows = steps.flatMap(step =>
		ours.flatMap(comparison => {
			const rival = bestRival[step]?.[comparison.set];
			const share = comparison.ratio.wallSeconds;
			if (comparison.step !== step || comparison.store !== 'file' || !rival || share === undefined) return [];
			return [[comparison.set, step, `${rival.name} ${rival.share.toFixed(2)}`, share.toFixed(2), share < rival.share ? 'ahead' : '**behind**']];
		}),
	);
	return rows.length === 0 ? '' : markdownTable(['data', 'step', 'best other', 'ours', ''], rows, 2);
}
