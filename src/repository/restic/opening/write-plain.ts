import {writeSync} from 'node:fs';
import {dataRuns} from '../../../base/zero-runs.ts';
import type {BlobTarget} from '../../repository.ts';

/** `end`: where the last byte that was written ends, counted from the blob's first. `errno`: what the system said instead, as a positive number. */
export type Written = {end: number; errno: number};

/** Writes a blob into the open file where it belongs, whichever thread this is: all of a process share their descriptors. */
export function writePlain({fd, position, sparse}: BlobTarget, bytes: Uint8Array): Written {
	const runs = sparse ? dataRuns(bytes, position) : [0, bytes.length];
	try {
		for (let run = 0; run < runs.length; run += 2) writeAll(fd, bytes, runs[run]!, runs[run + 1]!, position);
	} catch (error) {
		if (!(error instanceof Error && 'errno' in error && typeof error.errno === 'number')) throw error;
		return {end: 0, errno: -error.errno};
	}
	return {end: runs.at(-1) ?? 0, errno: 0};
}

function writeAll(fd: number, bytes: Uint8Array, from: number, to: number, position: number): void {
	for (let at = from; at < to; ) at += writeSync(fd, bytes, at, to - at, position + at);
}
