import {Worker} from 'node:worker_threads';
import type {ContentThreadData} from './content-thread.ts';

/** Its buffers lie outside of the heap; what is in it are views of them, hashes and code. */
const resourceLimits = {maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16};

export const startContentThread = (workerData: ContentThreadData, entry: URL = threadEntry()): Worker => new Worker(entry, {workerData, resourceLimits, name: 'content'});

/** Beside this file when it runs from source; in the folder of threads beside the program when it was bundled with others into a chunk. */
function threadEntry(): URL {
	const here = import.meta.url;
	if (here.endsWith('.ts')) return new URL('./content-thread.ts', here);
	return new URL(/\/chunks\/[^/]+$/.test(here) ? '../threads/content-thread.js' : './threads/content-thread.js', here);
}
