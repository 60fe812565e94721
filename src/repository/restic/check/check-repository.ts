import {inParallel} from '../in-parallel.ts';
import {checkIndex} from './check-index.ts';
import {checkPack} from './check-pack.ts';
import {checkConfigAndKeys, checkSnapshots} from './check-small-files.ts';
import {checkTrees} from './check-trees.ts';
import {Findings} from './findings.ts';
import type {OpenRepository} from '../open-repository.ts';
import type {PackFacts} from './check-index.ts';
import type {CheckOptions, CheckResult} from './check-result.ts';

const parallelPacks = 2;

/**
Reads a repository as a restore would have to, from the small files to the large. Snapshots come first, the listing of packs after the index: what
others write meanwhile can then only look like too much, never like too little. Throws only when the storage fails.
*/
export async function checkRepository(repository: OpenRepository, options: CheckOptions, signal: AbortSignal): Promise<CheckResult> {
	const findings = new Findings();
	await checkConfigAndKeys(repository, findings, signal);
	const {archives, total} = await checkSnapshots(repository, findings, signal);
	const facts = await checkIndex(repository, findings, signal);
	const reached = await checkTrees(repository, facts.index, archives, findings, signal);
	const bytesProven = options.readData ? await checkData(repository, facts, options, findings, signal) : 0;

	const {problems, problemsTotal, warnings, warningsTotal} = findings;
	return {
		problems,
		problemsTotal,
		warnings,
		warningsTotal,
		archives: total,
		indexFiles: facts.indexFiles,
		packs: facts.listedPacks,
		packBytes: facts.listedBytes,
		unreferencedPacks: facts.unreferenced,
		...reached,
		bytesProven,
	};
}

async function checkData(repository: OpenRepository, facts: PackFacts, options: CheckOptions, findings: Findings, signal: AbortSignal): Promise<number> {
	const total = facts.listedBytes - facts.unreferenced.bytes;
	let read = 0;
	await inParallel(presentPacks(facts), parallelPacks, async pack => {
		await checkPack(repository, facts, pack, findings, signal);
		read += facts.listed.at(pack);
		options.onProgress?.(read, total);
	});
	return read;
}

function* presentPacks({index, present}: PackFacts): Generator<number> {
	for (let pack = 0; pack < index.packs.count; pack++) if (present.has(pack)) yield pack;
}
