import {Worker} from 'node:worker_threads';
import type {ScoutThreadData} from './scout-thread.ts';

/** More than the code of its few calls needs; run from source, its types have to be stripped first. */
const resourceLimits = {maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16};

/** Ends with the process, whether or not it was told to stop. */
export function startScoutThread(workerData: ScoutThreadData): Worker {
	const worker = new Worker(threadEntry(), {workerData, resourceLimits, name: 'scout', trackUnmanagedFds: false});
	worker.unref();
	return worker;
}

/** Beside this file when it runs from source; in the folder of threads beside the program when it was bundled with others into a chunk. */
function threadEntry(): URL {
	const here = import.meta.url;
	if (here.endsWith('.ts')) return new URL('./scout-thread.ts', here);
	return new URL(/\/chunks\/[^/]+$/.test(here) ? '../threads/scout-thread.js' : './threads/scout-thread.js', here);
}
