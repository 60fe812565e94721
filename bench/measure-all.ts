import {mkdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {runSet} from './rounds/run-set.ts';
import {dataSets} from './sets/data-sets.ts';
import {SetUnavailable} from './sets/data-set.ts';
import {openFileStore} from './stores/file-store.ts';
import {openS3Store} from './stores/s3-store.ts';
import {sizes} from './options.ts';
import type {BenchOptions, StoreName} from './options.ts';
import type {Peer} from './peers/peer.ts';
import type {Sample} from './rounds/sample.ts';
import type {LivingData, MakePlace} from './sets/data-set.ts';
import type {SetName} from './sets/set-names.ts';
import type {Store} from './stores/store.ts';
import type {Workspace} from './workspace.ts';

export type Measuring = {
	options: BenchOptions;
	workspace: Workspace;
	peers: Peer[];
	onSample: (sample: Sample) => void;
	log: (line: string) => void;
	signal: AbortSignal;
};

/** Set by set: makes the data, measures it on each store, removes it. */
export async function measureAll({options, workspace, peers, onSample, log, signal}: Measuring): Promise<void> {
	for (const set of options.sets) {
		const home = join(workspace.directory, set);
		const place = {directory: join(home, 'source'), scratch: join(home, 'scratch'), scale: sizes[options.size], signal, log};
		await mkdir(place.scratch, {recursive: true, mode: 0o711});
		log(`making ${set}: ${dataSets[set].title}`);
		const data = await makeOrSkip(set, place);
		const generation = {count: 0};
		for (const name of data ? options.stores : []) {
			await using store = await openStore(name, join(home, `store-${name}`), signal);
			log(`measuring ${set} on ${name}`);
			const {password, passwordFile} = workspace;
			await runSet({set, size: options.size, data: data!, source: place.directory, scratch: place.scratch, store, peers, runs: options.runs, generation, password, passwordFile, onSample, log, signal});
		}
		await rm(home, {recursive: true, force: true});
	}
}

async function makeOrSkip(set: SetName, place: MakePlace): Promise<LivingData | undefined> {
	try {
		return await dataSets[set].make(place);
	} catch (error) {
		if (!(error instanceof SetUnavailable)) throw error;
		place.log(`SKIPPED ${set}: ${error.message}`);
		return undefined;
	}
}

const openStore = async (name: StoreName, directory: string, signal: AbortSignal): Promise<Store> => (name === 's3' ? openS3Store(directory, signal) : openFileStore(directory));
