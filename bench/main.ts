import {join} from 'node:path';
import {projectRoot} from '../scripts/suite/run-ava.ts';
import {measureAll} from './measure-all.ts';
import {benchMillion} from './million/bench-million.ts';
import {benchOperator} from './operator/bench-operator.ts';
import {readOptions, sizes, usage} from './options.ts';
import {openPeers} from './peers/open-peers.ts';
import {renderReport} from './report/render-report.ts';
import {runFacts} from './report/run-facts.ts';
import {writeDocument} from './report/write-document.ts';
import {createResultsFile, readResults} from './results.ts';
import {openWorkspace} from './workspace.ts';
import type {BenchOptions} from './options.ts';
import type {Results} from './results.ts';

/** `npm run bench`: ours beside restic on the same data in the same run, as ratios, with the targets beside them. Options: see `usage`. */
export async function bench(argv: string[], signal: AbortSignal): Promise<Results> {
	const options = readOptions(argv);
	const results = options.from.length > 0 ? readResults(options.from) : await measure(options, signal);
	const report = renderReport(results);
	console.log(`\n${report}`);
	const document = options.document ?? (results.facts.every(({size}) => size === 'full') ? join(projectRoot, 'docs/performance.md') : undefined);
	if (document !== undefined) writeDocument(document, report);
	return results;
}

async function measure(options: BenchOptions, signal: AbortSignal): Promise<Results> {
	await using workspace = await openWorkspace(options.directory, sizes[options.size]);
	log(`working ${workspace.description}`);
	const peers = await openPeers(options, workspace.directory, signal);
	const facts = runFacts({date: new Date(), size: options.size, runs: options.runs, workspace: workspace.description, peers});
	const keep = options.results === undefined ? undefined : createResultsFile(options.results, facts);
	const results: Results = {facts: [facts], samples: []};
	await measureAll({
		options,
		workspace,
		peers,
		onSample(sample) {
			results.samples.push(sample);
			keep?.(sample);
			log(`  ${sample.round} ${sample.step.padEnd(9)} ${sample.peer.padEnd(9)} ${sample.wallSeconds.toFixed(2).padStart(7)} s ${(sample.peakBytes / 1024 ** 2).toFixed(0).padStart(5)} MiB`);
		},
		log,
		signal,
	});
	return results;
}

const log = (line: string): void => console.error(line);

if (import.meta.main) {
	const controller = new AbortController();
	for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort(new Error(`stopped by ${name}`)));
	const argv = process.argv.slice(2);
	const failed = (error: unknown): void => {
		console.error(controller.signal.aborted ? 'stopped; nothing was left behind' : error);
		process.exitCode = 1;
	};
	if (argv[0] === 'operator') {
		await benchOperator(argv.slice(1), controller.signal).catch(failed);
	} else if (argv[0] === 'million') {
		await benchMillion(argv.slice(1), controller.signal).catch(failed);
	} else if (argv.includes('--help')) console.log(usage);
	else {
		await bench(argv, controller.signal).catch(failed);
	}
}
