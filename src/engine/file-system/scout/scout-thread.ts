import {workerData} from 'node:worker_threads';
import {loadLibc} from '../linux/libc.ts';
import {lookAtEntry} from './look-at-entry.ts';
import {ScoutRing} from './scout-ring.ts';

/** What the thread is started with. */
export type ScoutThreadData = {memory: SharedArrayBuffer};

const ring = new ScoutRing((workerData as ScoutThreadData).memory);
const libc = await loadLibc();
ring.tellReady();

for (let entry = 0; ; entry = (entry + 1) | 0) {
	ring.goOnTo(entry);
	if (ring.isStopped) break;
	if (ring.claim(entry)) lookAtEntry(libc, ring, entry);
}
