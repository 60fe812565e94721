import {LazaretteError, isLazaretteError} from '../../../base/errors.ts';
import {loadFullIndex, loadWriterIndex} from '../index/load-index.ts';
import {readSnapshots, writeSnapshot} from '../snapshot-files.ts';
import {copyBlobs} from './copy-blobs.ts';
import {PackSink} from './pack-sink.ts';
import {copyFinder, lastingId} from './similar-archives.ts';
import {WantedBlobs} from './wanted-blobs.ts';
import type {Archive} from '../../archive.ts';
import type {HeldLock} from '../lock/held-lock.ts';
import type {OpenRepository} from '../open-repository.ts';

/** A repository that is locked for reading. */
export type CopySource = {readonly repository: OpenRepository};

export type CopyOptions = {
	from: CopySource;
	/** Which of the source's archives; all unless given. */
	select?: (archive: Archive) => boolean;
	onProgress?: (progress: CopyProgress) => void;
};

export type CopyProgress = {archivesDone: number; archivesTotal: number; bytesDone: number; bytesTotal: number};

export type CopyResult = {
	copied: {from: Archive; to: Archive}[];
	/** Were there already. */
	present: Archive[];
	/** Could not be copied, because the source does not hold all that they need. */
	damaged: {archive: Archive; message: string}[];
	/** `present` counts those that the target had. */
	blobs: {copied: number; present: number};
	/** New packs, and their bytes. */
	packs: number;
	bytes: number;
};

/** Archives are copied together until so much has come together for them, so that small ones do not make a pack each. */
const batchBytes = 128 * 1024 * 1024;

/**
Brings archives from another repository, under this one's key. Trees and their IDs stay what they are, and each copy names the archive it was made from as `original`.
`lock` may be shared. An archive appears when all it needs is durable; after an interruption the next run copies what is missing.
@throws BadRequest when both are the same repository; RepositoryDamaged when a blob of the source has no intact copy
*/
export async function copyArchives(target: OpenRepository, lock: HeldLock, options: CopyOptions, signal: AbortSignal): Promise<CopyResult> {
	const {from: {repository: source}, select = () => true, onProgress} = options;
	if (source.config.id === target.config.id) throw new LazaretteError('BadRequest', `both are the repository ${target.config.id.slice(0, 8)}`, {hint: 'name another repository to copy to; nothing was changed'});
	const copying = AbortSignal.any([signal, lock.signal]);
	const findCopy = copyFinder(await readSnapshots(target, copying, () => undefined));
	const chosen = (await readSnapshots(source, copying)).filter(select);
	const present = chosen.filter(archive => findCopy(archive));
	const missing = chosen.filter(archive => !findCopy(archive));
	const result: CopyResult = {copied: [], present, damaged: [], blobs: {copied: 0, present: 0}, packs: 0, bytes: 0};
	if (missing.length === 0) return result;

	const index = await loadFullIndex(source, copying);
	const wanted = new WantedBlobs(source, index, await loadWriterIndex(target, copying));
	const sink = new PackSink(target, copying);
	const progress: CopyProgress = {archivesDone: 0, archivesTotal: missing.length, bytesDone: 0, bytesTotal: 0};
	let batch: Archive[] = [];

	const copyBatch = async (): Promise<void> => {
		const blobs = wanted.take();
		await copyBlobs({source, index, target, sink, onBlob: stored => onProgress?.(add(progress, stored))}, blobs, copying);
		await sink.finish();
		await lock.confirm(signal);
		for (const archive of batch) result.copied.push({from: archive, to: await writeSnapshot(target, copyOf(archive), copying)});
		result.blobs.copied += blobs.length;
		progress.archivesDone += batch.length;
		batch = [];
		onProgress?.(progress);
	};

	try {
		for (const archive of missing) {
			const before = wanted.pendingBytes;
			try {
				await wanted.add(archive, copying);
				batch.push(archive);
			} catch (error) {
				if (!isLazaretteError(error, 'RepositoryDamaged')) throw error;
				result.damaged.push({archive, message: error.message});
			}
			progress.bytesTotal += wanted.pendingBytes - before;
			if (wanted.pendingBytes >= batchBytes) await copyBatch();
		}
		if (batch.length > 0) await copyBatch();
	} catch (error) {
		await sink.abandon(error);
		throw error;
	}
	return {...result, blobs: {...result.blobs, present: wanted.present}, packs: sink.stored.packs, bytes: sink.stored.bytes};
}

/** The parent's ID means nothing in another repository. */
function copyOf({id, parent: _parent, ...archive}: Archive): Omit<Archive, 'id'> {
	return {...archive, original: lastingId({id, ...(archive.original ? {original: archive.original} : {})})};
}

function add(progress: CopyProgress, bytes: number): CopyProgress {
	progress.bytesDone += bytes;
	return progress;
}
