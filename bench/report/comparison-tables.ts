import {markdownTable} from './markdown-table.ts';
import {verdicts} from './targets.ts';
import type {Comparison, Figure} from './summarize.ts';

const mebibyte = 1024 ** 2;

type Column = {heading: string; figure: Figure; format: (value: number) => string};

const seconds = (value: number): string => value.toFixed(value < 10 ? 2 : 1);
const mebibytes = (bytes: number): string => (bytes / mebibyte).toFixed(bytes < 10 * mebibyte ? 1 : 0);

const wall: Column = {heading: 'seconds', figure: 'wallSeconds', format: seconds};
const cpu: Column = {heading: 'CPU seconds', figure: 'cpuSeconds', format: seconds};
const memory: Column = {heading: 'peak MiB', figure: 'peakBytes', format: mebibytes};
const stored: Column = {heading: 'stored MiB', figure: 'storedBytes', format: mebibytes};
const requests: Column = {heading: 'requests', figure: 'requests', format: String};
const traffic: Column = {heading: 'moved MiB', figure: 'trafficBytes', format: mebibytes};

/** Ours beside restic, in two tables that fit a page: what it costs the machine, and what it costs the store. Each with medians of both, their ratio, and what the design says. */
export function comparisonTables(comparisons: readonly Comparison[]): string[] {
	const measured = (column: Column): boolean => comparisons.some(({ratio}) => ratio[column.figure] !== undefined);
	return [[wall, cpu, memory], [stored, requests, traffic]].map(columns => table(comparisons, columns.filter(measured)));
}

function table(comparisons: readonly Comparison[], columns: Column[]): string {
	const headings = ['data', 'step', ...columns.flatMap(({heading}) => [heading, 'share'])];
	const rows = comparisons.map(comparison => [comparison.set, comparison.step, ...columns.flatMap(column => [pair(comparison, column), judged(comparison, column)])]);
	return markdownTable(headings, rows, 2);
}

/** `restic → ours` */
function pair({reference, own}: Comparison, {figure, format}: Column): string {
	return reference[figure] === undefined || own[figure] === undefined ? '' : `${format(reference[figure])} → ${format(own[figure])}`;
}

function judged(comparison: Comparison, {figure}: Column): string {
	const ratio = comparison.ratio[figure];
	if (ratio === undefined) return '';
	const verdict = verdicts(comparison).find(found => found.figure === figure);
	return verdict ? `${ratio.toFixed(2)} (${verdict.limit}) ${verdict.met ? 'met' : '**missed**'}` : ratio.toFixed(2);
}
