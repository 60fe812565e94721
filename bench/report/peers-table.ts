import {markdownTable} from './markdown-table.ts';
import {bestRival} from './targets.ts';
import type {Sample} from '../rounds/sample.ts';
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

/** Ours beside the better of the other peers, over the file system: as measured here where that was done, else the shares they are known to take. */
export function rivalsTable(comparisons: readonly Comparison[]): string {
	const onFiles = comparisons.filter(({store}) => store === 'file');
	const rows = onFiles
		.filter(({peer}) => peer === 'lazarette')
		.flatMap(({set, step, ratio}) => {
			const share = ratio.wallSeconds;
			const rival = bestMeasured(onFiles.filter(other => other.set === set && other.step === step)) ?? bestRival[step]?.[set];
			return rival && share !== undefined ? [[set, step, `${rival.name} ${rival.share.toFixed(2)}`, share.toFixed(2), share < rival.share ? 'ahead' : '**behind**']] : [];
		});
	return rows.length === 0 ? '' : markdownTable(['data', 'step', 'best other', 'ours', ''], rows, 2);
}

function bestMeasured(comparisons: readonly Comparison[]): {name: string; share: number} | undefined {
	const others = comparisons.flatMap(({peer, ratio}) => (peer !== 'lazarette' && ratio.wallSeconds !== undefined ? [{name: peer, share: ratio.wallSeconds}] : []));
	return others.sort((a, b) => a.share - b.share)[0];
}

/** A line for each guest and set whose restored tree was not what had been backed up. */
export function inexactRestores(samples: readonly Sample[]): string {
	const groups = Map.groupBy(samples.filter(({inexact}) => inexact), ({peer, set}) => `${peer} ${set}`);
	return [...groups].map(([name, [sample]]) => `- ${name}: ${sample!.inexact!.names} differences after restore, the first: ${sample!.inexact!.first}`).join('\n');
}
