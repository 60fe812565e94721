import type {BlobsAtHand} from './blobs-at-hand.ts';
import type {FileWork} from './file-work.ts';
import type {FileWriter} from './file-writer.ts';
import type {BlobWriting} from '../../repository/repository.ts';
import type {JobPart, JobTable} from './job-table.ts';
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
	const count = (work: FileWork, bytes: number): void => {
		run.tally.bytesRestored += bytes;
		if (--work.pending === 0) onComplete(work);
	};
	const place = (row: number, bytes: Uint8Array): void => {
		const work = files[jobs.fileOf(row)]!;
		writer.write(work, jobs.positionOf(row), bytes);
		count(work, bytes.length);
	};
	const isAtHand = (row: number): boolean => {
		const bytes = atHand.get(jobs.blobOf(row));
		if (bytes) place(row, bytes);
		return bytes !== undefined;
	};
	const threadsWrite: BlobWriting<JobPart> = {
		target({rows, firsts}, at) {
			const row = rows[firsts[at]!]!;
			return (firsts[at + 1] ?? rows.length) === firsts[at]! + 1 ? writer.lend(files[jobs.fileOf(row)]!, jobs.positionOf(row)) : undefined;
		},
		wrote({rows, firsts}, at, {length, end, errno}) {
			const row = rows[firsts[at]!]!;
			const work = files[jobs.fileOf(row)]!;
			writer.takeBack(work, end && jobs.positionOf(row) + end, errno);
			count(work, length);
			run.meter.tick();
		},
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
		run.context.fileSystem.threadsMayWrite ? threadsWrite : undefined,
	);
}
