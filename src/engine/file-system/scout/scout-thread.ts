import {workerData} from 'node:worker_threads';
import {atFlags} from '../linux/flags.ts';
import {basicStats} from '../linux/read-facts.ts';
import {listsNothing} from '../linux/attributes.ts';
import {loadLibc} from '../linux/libc.ts';
import {ScoutRing, outcomes} from './scout-ring.ts';

/** What the thread is started with. */
export type ScoutThreadData = {memory: SharedArrayBuffer};

const ring = new ScoutRing((workerData as ScoutThreadData).memory);
const libc = await loadLibc();
ring.tellReady();

for (let entry = ring.claim(0); !ring.isStopped; entry = ring.claim((entry + 1) | 0)) {
	const {directory, name, status} = ring.taskOf(entry);
	let outcome = 0;
	if (libc.statx(directory, name, atFlags.noFollow, basicStats, status) >= 0) outcome = outcomes.status | (listsNothing(libc, directory, name) ? outcomes.noAttributes : 0);
	ring.report(entry, outcome);
}
