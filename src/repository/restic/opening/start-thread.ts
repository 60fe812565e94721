import {Worker} from 'node:worker_threads';
import type {OpeningThreadData} from './opening-thread.ts';

/** Buffers lie outside of the heap; what is in it are views of them and hashes. */
const resourceLimits = {maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 16};

/** Ends with the process, whether or not it was told to stop. */
export function startOpeningThread(workerData: OpeningThreadData): Worker {
	const worker = new Worker(threadEntry(), {workerData, resourceLimits, name: 'opening'});
	worker.unref();
	return worker;
}

/** Beside this file when it runs from source; in the folder of threads beside the program when it was bundled with others into a chunk. */
function threadEntry(): URL {
	const here = import.meta.url;
	if (here.endsWith('.ts')) return new URL('./opening-thread.ts', here);
	return new URL(/\/chunks\/[^/]+$/.test(here) ? '../threads/opening-thread.js' : './threads/opening-thread.js', here);
}
