import {checkIndex} from './check-index.ts';
import {checkConfigAndKeys, checkSnapshots} from './check-small-files.ts';
import {checkTrees} from './check-trees.ts';
import {checkShare, chooseShare} from './data-share.ts';
import {Findings} from './findings.ts';
import {OpeningCrew} from '../opening/opening-crew.ts';
import {lanes, provePacks} from './prove-packs.ts';
import {TreeFacts} from './tree-facts.ts';
import type {OpenRepository} from '../open-repository.ts';
import type {PackFacts} from './check-index.ts';
import type {CheckOptions, CheckResult} from './check-result.ts';

/**
Reads a repository as a restore would have to, from the small files to the large. Snapshots come first, the listing of packs after the index: what
others write meanwhile can then only look like too much, never like too little. Throws only when the storage fails.
*/
export async function checkRepository(repository: OpenRepository, options: CheckOptions, signal: AbortSignal): Promise<CheckResult> {
	if (typeof options.readData === 'object') checkShare(options.readData.share);
	// Its threads start while the small files are read.
	const crew = options.readData ? new OpeningCrew(repository.sealer.key, {lanes}) : undefined;
	try {
		return await checkAll(repository, crew, options, signal);
	} finally {
		await crew?.close();
	}
}

async function checkAll(repository: OpenRepository, crew: OpeningCrew | undefined, options: CheckOptions, signal: AbortSignal): Promise<CheckResult> {
	const findings = new Findings();
	await checkConfigAndKeys(repository, findings, signal);
	const {archives, total} = await checkSnapshots(repository, findings, signal);
	const facts = await checkIndex(repository, findings, signal);
	const ofData = new Findings();
	const stop = new AbortController();
	const stopping = AbortSignal.any([signal, stop.signal]);
	const end = (error: unknown): never => {
		stop.abort(error);
		throw error;
	};
	const ofTrees = new TreeFacts(facts.index);
	const proving = crew ? checkData(repository, crew, facts, ofTrees, options, ofData, stopping).catch(end) : Promise.resolve({packsProven: 0, bytesProven: 0});
	// Who reads all packs has seen all trees then. A share of them is proven by other threads while trees are walked on this one.
	const known = options.readData === true ? proving : Promise.resolve();
	const walking = known.then(async () => checkTrees(repository, facts.index, ofTrees, archives, findings, stopping)).catch(end);
	// Both have ended before either's failure is told.
	const [data, trees] = await Promise.allSettled([proving, walking]);
	if (trees.status === 'rejected' || data.status === 'rejected') throw stop.signal.reason;
	findings.append(ofData);
	const reached = trees.value;
	const proven = data.value;

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
		...proven,
	};
}

async function checkData(repository: OpenRepository, crew: OpeningCrew, facts: PackFacts, trees: TreeFacts, {readData, onProgress}: CheckOptions, findings: Findings, signal: AbortSignal): Promise<{packsProven: number; bytesProven: number}> {
	const {ids} = facts.index.packs;
	const present = [...presentPacks(facts)];
	const packs = typeof readData === 'object' ? chooseShare(present, pack => ids.idOf(pack), readData.share, repository.random) : present;
	const total = packs.reduce((sum, pack) => sum + facts.listed.at(pack), 0);
	let bytesProven = 0;
	const onPack = (pack: number): void => {
		bytesProven += facts.listed.at(pack);
		onProgress?.(bytesProven, total);
	};
	await provePacks({repository, crew, facts, trees, packs, findings, onPack}, signal);
	return {packsProven: packs.length, bytesProven};
}

function* presentPacks({index, present}: PackFacts): Generator<number> {
	for (let pack = 0; pack < index.packs.count; pack++) if (present.has(pack)) yield pack;
}
