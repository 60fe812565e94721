import {availableParallelism, cpus} from 'node:os';
import {markdownTable} from '../report/markdown-table.ts';
import type {OperatorFigures} from './measure-operator.ts';
import type {OperatorBenchOptions} from './operator-options.ts';

type Row = {what: string; value: string; target?: string; met?: boolean};

/** The figures beside the targets of the design, misses said plainly. */
export function renderOperatorReport({claims, schedules, backups, namespaces, seconds}: OperatorBenchOptions, figures: OperatorFigures, date: Date = new Date()): string {
	const mib = (bytes: number): string => `${Math.round(bytes / 1024 ** 2)} MiB`;
	const rows: Row[] = [
		{what: 'from start until all caches are filled', value: `${figures.syncSeconds.toFixed(1)} s`, target: '≤ 10 s', met: figures.syncSeconds <= 10},
		{what: `the first pass over every object (${figures.firstPasses} passes)`, value: `${figures.firstPassesSeconds.toFixed(1)} s`},
		{what: 'resident memory in the steady state', value: mib(figures.steadyBytes), target: '≤ 200 MiB', met: figures.steadyBytes <= 200 * 1024 ** 2},
		{what: 'most resident memory, start included', value: mib(figures.peakBytes), target: '≤ 200 MiB', met: figures.peakBytes <= 200 * 1024 ** 2},
		{what: `API requests per second, over ${seconds} s`, value: figures.requestsPerSecond.toFixed(2), target: '< 5', met: figures.requestsPerSecond < 5},
		{what: 'passes per second', value: figures.passesPerSecond.toFixed(2)},
		{what: 'lists beyond the first', value: String(figures.relists), target: '0', met: figures.relists === 0},
		{what: '99 % of all passes took at most', value: `${(figures.reconcileP99Seconds * 1000).toFixed(1)} ms`},
	];
	const missed = rows.filter(({met}) => met === false);
	return [
		`${date.toISOString().slice(0, 16).replace('T', ' ')} UTC, ${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.version}; ${claims} claims, ${schedules} schedules, ${backups} ended VolumeBackups and ${namespaces} repositories in ${namespaces} namespaces, on a real API server.`,
		'',
		markdownTable(['', 'measured', 'target', ''], rows.map(({what, value, target = '', met}) => [what, value, target, met === undefined ? '' : met ? 'met' : 'missed']), 1),
		'',
		missed.length === 0 ? 'Every target is met.' : `Missed: ${missed.map(({what, value, target}) => `${what} ${value} (${target})`).join('; ')}.`,
		'',
		'What one change costs while all of these objects are there:',
		'',
		markdownTable(['one change of', 'passes', 'API requests'], figures.changes.map(({what, passes, requests}) => [what, String(passes), String(requests)]), 1),
	].join('\n');
}
