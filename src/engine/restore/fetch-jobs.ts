import {LazaretteError} from '../../base/errors.ts';
import type {FileWork} from './file-work.ts';
import type {FileWriter} from './file-writer.ts';
import type {JobTable, PackPart} from './job-table.ts';
import type {RestoreRun} from './restore-run.ts';

/** Packs read at the same time. More only help where single requests are slow, and each costs the memory of its ranges. */
const packsAtOnce = 2;

const idLength = 32;

/** Fetches the blobs of all jobs, pack by pack, and writes each to all its places. `onComplete` is told of files that need no more. */
export async function fetchJobs(run: RestoreRun, jobs: JobTable, files: readonly FileWork[], writer: FileWriter, onComplete: (work: FileWork) => void): Promise<void> {
	const stop = new AbortController();
	const signal = AbortSignal.any([run.context.signal, stop.signal]);
	const parts = jobs.parts();
	const fetchPart = async ({pack, groups}: PackPart): Promise<void> => {
		let next = 0;
		const ids = groups.map(([row]) => idOf(jobs, files, row!));
		await run.context.reader.readBlobs(pack, ids, async (id, bytes) => {
			if (run.context.pace.due()) await run.context.pace.breathe();
			const expected = ids[next];
			if (!expected || Buffer.compare(id, expected) !== 0) throw new LazaretteError('Unexpected', 'the repository handed over another blob than was asked for');
			for (const row of groups[next++]!) {
				const work = files[jobs.fileOf(row)]!;
				writer.write(work, jobs.positionOf(row), bytes);
				run.tally.bytesRestored += bytes.length;
				if (--work.pending === 0) onComplete(work);
			}
			run.meter.tick();
		}, signal);
	};
	const lane = async (): Promise<void> => {
		try {
			// A generator hands each part to one lane only.
			for (const part of parts) await fetchPart(part);
		} catch (error) {
			stop.abort(error);
			throw error;
		}
	};
	// All lanes have ended before anything is closed; the first failure has stopped the others, whose own are its echo.
	await Promise.allSettled(Array.from({length: packsAtOnce}, lane));
	if (stop.signal.aborted) throw stop.signal.reason;
}

function idOf(jobs: JobTable, files: readonly FileWork[], row: number): Uint8Array {
	const start = jobs.blobOf(row) * idLength;
	return files[jobs.fileOf(row)]!.node.content!.subarray(start, start + idLength);
}
