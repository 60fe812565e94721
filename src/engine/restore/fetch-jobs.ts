import type {BlobsAtHand} from './blobs-at-hand.ts';
import type {FileWork} from './file-work.ts';
import type {FileWriter} from './file-writer.ts';
import type {JobTable} from './job-table.ts';
import type {RestoreRun} from './restore-run.ts';

export type FetchJobs = {
	jobs: JobTable;
	files: readonly FileWork[];
	writer: FileWriter;
	atHand: BlobsAtHand;
	/** Told of files that need no more. */
	onComplete: (work: FileWork) => void;
};

/** Fetches the blobs of all jobs, pack by pack, and writes each to all its places. */
export async function fetchJobs(run: RestoreRun, {jobs, files, writer, atHand, onComplete}: FetchJobs, signal: AbortSignal): Promise<void> {
	const place = (row: number, bytes: Uint8Array): void => {
		const work = files[jobs.fileOf(row)]!;
		writer.write(work, jobs.positionOf(row), bytes);
		run.tally.bytesRestored += bytes.length;
		if (--work.pending === 0) onComplete(work);
	};
	const isAtHand = (row: number): boolean => {
		const bytes = atHand.get(jobs.blobOf(row));
		if (bytes) place(row, bytes);
		return bytes !== undefined;
	};
	await run.context.reader.readBlobs(
		jobs.parts(isAtHand),
		({blobs, rows, firsts}, at, bytes) => {
			const first = firsts[at]!;
			const end = firsts[at + 1] ?? rows.length;
			for (let next = first; next < end; next++) place(rows[next]!, bytes);
			if (end - first > 1) atHand.keep(blobs[at]!, bytes);
			run.meter.tick();
		},
		signal,
	);
}
