import {dataSets} from '../sets/data-sets.ts';
import {comparisonTables} from './comparison-tables.ts';
import {inexactRestores, peersTable, rivalsTable} from './peers-table.ts';
import {median} from './median.ts';
import {summarize} from './summarize.ts';
import {verdicts} from './targets.ts';
import type {Results} from '../results.ts';
import type {Comparison} from './summarize.ts';
import type {RunFacts} from './run-facts.ts';

const storeTitles = {file: 'Over the file system', s3: 'Over S3'};

/** The results as Markdown: facts of the run, a table for each store, and how many targets were met. */
export function renderReport({facts, samples}: Results): string {
	const comparisons = summarize(samples, 'restic');
	const ours = comparisons.filter(({peer}) => peer === 'lazarette');
	const sections = [facts.map(describeRun).join('\n\n'), `Load beside: ${describeLoad({facts, samples})}`];
	for (const [store, title] of Object.entries(storeTitles)) {
		const rows = ours.filter(comparison => comparison.store === store);
		if (rows.length > 0) sections.push(`### ${title}, restic → Lazarette`, ...comparisonTables(rows), countTargets(rows));
	}

	const rivals = rivalsTable(comparisons);
	if (rivals !== '') sections.push('### Beside the best of rustic and kopia, as shares of restic\'s time', rivals);
	if (comparisons.length > ours.length) sections.push('### All peers: share of restic\'s time, peak memory', peersTable(comparisons));
	const inexact = inexactRestores(samples);
	if (inexact !== '') sections.push('What others restored was not always what they had backed up:', inexact);
	const sets = [...new Set(samples.map(({set}) => set))];
	sections.push('### Data', sets.map(set => `- **${set}**: ${dataSets[set].title}`).join('\n'));
	return sections.join('\n\n');
}

const describeRun = ({date, cpu, cores, memoryBytes, kernel, system, node, size, runs, workspace, peakMethod, peers}: RunFacts): string =>
	[
		`- ${date} UTC, ${size} size, ${runs} counted rounds`,
		`- ${cores} cores of ${cpu}, ${(memoryBytes / 1024 ** 3).toFixed(0)} GiB, Linux ${kernel}, ${system}, Node ${node}`,
		`- data, repositories and restored trees ${workspace}`,
		`- peak memory: ${peakMethod}`,
		...peers.map(({name, version, setting}) => `- ${name} ${version}: ${setting}`),
	].join('\n');

/** What else the machine was doing: figures of a busy machine are worth less, ratios of pairs suffer least. */
function describeLoad({facts, samples}: Results): string {
	const cores = facts[0]?.cores ?? 1;
	const share = (store: string): string | undefined => {
		const shares = samples.filter(sample => sample.store === store).map(({otherCpuSeconds, wallSeconds}) => otherCpuSeconds / wallSeconds / cores);
		if (shares.length === 0) return undefined;
		const percent = (value: number): string => `${(value * 100).toFixed(0)} %`;
		return `${percent(median(shares))} of the machine's CPU in the median, ${percent(Math.max(...shares))} at most, ${store === 's3' ? 'the object store on the same cores included' : 'over the file system'}`;
	};
	return ['file', 's3'].flatMap(store => share(store) ?? []).join('; ');
}

function countTargets(comparisons: readonly Comparison[]): string {
	const all = comparisons.flatMap(comparison => verdicts(comparison));
	const names = {wallSeconds: 'time', cpuSeconds: 'CPU', peakBytes: 'memory', storedBytes: 'stored bytes', requests: 'requests', trafficBytes: 'bytes moved'};
	const parts = [...Map.groupBy(all, ({figure}) => figure)].map(([figure, group]) => `${names[figure]} ${group.filter(({met}) => met).length} of ${group.length}`);
	return `Targets met: ${parts.join(', ')}.`;
}
