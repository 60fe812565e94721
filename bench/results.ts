import {appendFileSync, readFileSync, writeFileSync} from 'node:fs';
import type {RunFacts} from './report/run-facts.ts';
import type {Sample} from './rounds/sample.ts';

export type Results = {facts: RunFacts[]; samples: Sample[]};

/** Begins a results file: the facts of the run, then a line for each sample as soon as it is there, so that a run that was cut off is not lost. */
export function createResultsFile(path: string, facts: RunFacts): (sample: Sample) => void {
	writeFileSync(path, `${JSON.stringify({facts})}\n`);
	return sample => appendFileSync(path, `${JSON.stringify({sample})}\n`);
}

/** Reads results files. Of a set on a store that several files have, the last one counts. */
export function readResults(paths: readonly string[]): Results {
	const facts: RunFacts[] = [];
	const samples = new Map<string, Sample[]>();
	for (const path of paths) {
		const lines = readFileSync(path, 'utf8').split('\n').filter(line => line !== '').map(line => JSON.parse(line) as {facts?: RunFacts; sample?: Sample});
		facts.push(...lines.flatMap(line => line.facts ?? []));
		for (const [key, group] of Map.groupBy(lines.flatMap(line => line.sample ?? []), ({set, store}) => `${set} ${store}`)) samples.set(key, group);
	}
	return {facts, samples: [...samples.values()].flat()};
}
