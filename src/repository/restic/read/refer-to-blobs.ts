import {missingPack} from './stream-blobs.ts';
import type {OpenedFile, Storage} from '../../../storage/storage.ts';
import type {BlobsOfPack} from './blobs-of-pack.ts';
import type {Run} from './plan-runs.ts';
import type {BlobOwner, SlotFiller} from './slot-filler.ts';

/** Some blobs of one pack, in a run. `file`: where threads read them, until none is pending and no more come. */
export type RunReading = BlobOwner & {key: string; blobs: BlobsOfPack; file?: OpenedFile; isWhole?: boolean};

/** Leaves it to whoever works on a slot to read one run of a pack's blobs; only where objects are files. */
export async function referToBlobs<Reading extends RunReading>(storage: Storage, reading: Reading, {first, end, offset, length}: Run, {filler, files}: {filler: SlotFiller<Reading>; files: PackFiles}, signal: AbortSignal): Promise<void> {
	const {key, blobs} = reading;
	let file: OpenedFile;
	try {
		file = await storage.openFile!(key, signal, {offset, length});
	} catch (error) {
		throw missingPack(error, key);
	}
	files.add(reading, file);
	for (let at = first; at < end; at++) {
		const waiting = filler.refer(reading, at, blobs.lengthOf(at), blobs.uncompressedOf(at), blobs.idOf(at), {fd: file.fd, position: blobs.offsetOf(at)});
		if (!waiting) continue;
		await waiting;
		signal.throwIfAborted();
	}
	reading.isWhole = true;
	files.closeIfDone(reading);
}

/** Packs that threads read. A number that is closed under a thread may mean another file by the time it reads, so each stays open until its last blob was looked at. */
export class PackFiles {
	readonly #open = new Set<OpenedFile>();

	add(reading: RunReading, file: OpenedFile): void {
		reading.file = file;
		this.#open.add(file);
	}

	closeIfDone({file, isWhole, pending}: RunReading): void {
		if (file && isWhole && pending === 0) this.#close(file);
	}

	/** Only once no thread can read any more. */
	close(): void {
		for (const file of this.#open) this.#close(file);
	}

	#close(file: OpenedFile): void {
		// It was only read; nothing is lost with a close that fails.
		if (this.#open.delete(file)) file.close().catch(() => {});
	}
}
