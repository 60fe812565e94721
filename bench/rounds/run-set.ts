import {mkdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {runCommand} from '../command.ts';
import {compareRestored, proveRestored} from './compare-restored.ts';
import {measureStep} from './measure-step.ts';
import {steps} from './sample.ts';
import type {Size} from '../options.ts';
import type {Peer, Task, Workplace} from '../peers/peer.ts';
import type {LivingData} from '../sets/data-set.ts';
import type {SetName} from '../sets/set-names.ts';
import type {Store} from '../stores/store.ts';
import type {Inexactness} from './compare-restored.ts';
import type {Sample, Step} from './sample.ts';

export type SetRun = {
	set: SetName;
	size: Size;
	data: LivingData;
	/** Where the data is. */
	source: string;
	/** For restored trees, caches and the password. */
	scratch: string;
	store: Store;
	peers: Peer[];
	runs: number;
	/** Changes of the data so far; counts on. */
	generation: {count: number};
	password: string;
	passwordFile: string;
	onSample: (sample: Sample) => void;
	log: (line: string) => void;
	signal: AbortSignal;
};

/**
Measures one data set on one store. A backup by each peer comes first and does not count: programs and data are warm after it. Then in each round every
peer begins with an empty repository, and each step is done by one peer right after the other on the same data, which changes once in between.
*/
export async function runSet(run: SetRun): Promise<void> {
	for (const peer of run.peers) {
		const place = await freshPlace(run, peer);
		await runCommand(required(peer, {kind: 'backup', source: run.source}, place), run.signal);
		await leave(run, peer);
	}

	for (let round = 1; round <= run.runs; round++) {
		const places = new Map<Peer, Workplace>();
		for (const peer of run.peers) places.set(peer, await freshPlace(run, peer));
		for (const step of steps) {
			if (step === 'changed') await run.data.change(++run.generation.count);
			for (const [peer, place] of places) await takeStep(run, round, step, peer, place);
		}
		for (const peer of run.peers) await leave(run, peer);
	}
}

async function takeStep(run: SetRun, round: number, step: Step, peer: Peer, place: Workplace): Promise<void> {
	const {set, size, store, source, scratch, signal, log} = run;
	const target = join(scratch, 'restored');
	const task = taskOf(step, source, target);
	const command = peer.command(task, place);
	// Without it, pruning would have nothing to free.
	const forget = step === 'prune' ? peer.command({kind: 'forget'}, place) : undefined;
	if (!command || (step === 'prune' && !forget)) {
		if (round === 1) log(`${set} ${store.name} ${peer.name} ${step}: not there yet`);
		return;
	}

	if (forget) await runCommand(forget, signal);
	const figures = await measureStep(command, store, place.location, signal);
	let inexact: Inexactness | undefined;
	if (step === 'restore') {
		if (peer.isGuest) inexact = await compareRestored(source, target, signal);
		else await proveRestored(peer.name, source, target, signal);
		await rm(target, {recursive: true});
	}

	run.onSample({set, store: store.name, size, round, peer: peer.name, step, ...figures, ...(inexact && {inexact})});
}

function taskOf(step: Step, source: string, target: string): Task {
	switch (step) {
		case 'backup':
		case 'unchanged':
		case 'changed': return {kind: 'backup', source};
		case 'restore': return {kind: 'restore', source, target};
		case 'check': return {kind: 'check'};
		case 'prune': return {kind: 'prune'};
	}
}

/** An empty repository of that peer. */
async function freshPlace({store, scratch, password, passwordFile, signal}: SetRun, peer: Peer): Promise<Workplace> {
	const home = join(scratch, `home-${peer.name}`);
	await rm(home, {recursive: true, force: true});
	await mkdir(home);
	const place = {location: await store.empty(peer.name), home, password, passwordFile};
	await runCommand(required(peer, {kind: 'init'}, place), signal);
	return place;
}

/** Frees what the peer's repository and caches took. */
async function leave({store, scratch}: SetRun, peer: Peer): Promise<void> {
	await store.empty(peer.name);
	await rm(join(scratch, `home-${peer.name}`), {recursive: true, force: true});
}

function required(peer: Peer, task: Task, place: Workplace): NonNullable<ReturnType<Peer['command']>> {
	const command = peer.command(task, place);
	if (!command) throw new Error(`${peer.name} has no ${task.kind}`);
	return command;
}
