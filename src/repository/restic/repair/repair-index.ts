import {isLazaretteError} from '../../../base/errors.ts';
import {idToHex} from '../blob-id.ts';
import {BitSet} from '../check/bit-set.ts';
import {PackSink} from '../copy/pack-sink.ts';
import {packKey} from '../files/object-keys.ts';
import {inParallel} from '../in-parallel.ts';
import {pendingPack} from '../prune/pack-places.ts';
import {BlobsByPack} from '../read/blobs-by-pack.ts';
import {planIndex} from '../prune/plan-index.ts';
import {loadIndexAsItIs} from './load-index-as-it-is.ts';
import {readStoredHeader} from './read-stored-header.ts';
import type {CheckFinding} from '../check/check-result.ts';
import type {HeldLock} from '../lock/held-lock.ts';
import type {OpenRepository} from '../open-repository.ts';
import type {IndexAsItIs} from './load-index-as-it-is.ts';

export type RepairIndexOptions = {
	/** Believe no index file: read the header of every pack. */
	readAllPacks?: boolean;
	/** Decide only. */
	dryRun?: boolean;
	onProgress?: (packsRead: number, packs: number) => void;
};

export type RepairIndexResult = {
	dryRun: boolean;
	indexFiles: {before: number; removed: number; damaged: CheckFinding[]};
	packs: {
		/** Were in the index as they are. */
		kept: number;
		/** Were in no readable index file. */
		added: number;
		/** Were in the index otherwise than they are. */
		corrected: number;
		/** Are in the index no more, because they are not there. */
		missing: string[];
		/** Have no readable header: such a pack stays in the index as it was, if it was there, so that its intact blobs can be salvaged. */
		unreadable: CheckFinding[];
	};
};

const parallelReads = 4;
const parallelRemovals = 8;

/**
Makes the index say what is there: takes out packs that are missing, and reads the headers of those it does not know or has wrong. `lock` is exclusive, unless
it is a dry run. New index files are durable before the old ones go, so that a run that is cut off leaves at worst packs that are named twice.
*/
export async function repairIndex(repository: OpenRepository, lock: HeldLock, options: RepairIndexOptions, signal: AbortSignal): Promise<RepairIndexResult> {
	const {readAllPacks = false, dryRun = false} = options;
	const repairing = AbortSignal.any([signal, lock.signal]);
	const loaded = await loadIndexAsItIs(repository, repairing);
	const {index, files, damaged, listed} = loaded;
	const sink = dryRun ? undefined : new PackSink(repository, repairing);
	try {
		const {gone, unreadable, added, corrected} = await readPacks(repository, loaded, options, sink, repairing);
		const missing: string[] = [];
		for (let pack = 0; pack < index.packs.count; pack++) {
			if (listed[pack]! >= 0) continue;
			gone.add(pack);
			missing.push(packKey(idToHex(index.packs.ids.idOf(pack))));
		}

		const plan = readAllPacks ? {rewrite: files, packs: remaining(index.packs.count, gone)} : planIndex(files, index.packs.count, gone, added > 0);
		const removed = [...new Set([...plan.rewrite.map(({key}) => key), ...damaged.map(({key}) => key)])];
		if (sink) {
			await nameAgain(loaded, [...new Set([...plan.packs, ...onlyInDamaged(loaded, gone)])], sink);
			await sink.finish();
			if (removed.length > 0) await lock.confirm(signal);
			await inParallel(removed, parallelRemovals, async key => repository.storage.remove(key, repairing));
		}
		return {
			dryRun,
			indexFiles: {before: files.length + damaged.length, removed: removed.length, damaged: damaged.map(({key, error}) => ({object: key, message: error.message}))},
			packs: {kept: index.packs.count - gone.count, added, corrected, missing, unreadable},
		};
	} catch (error) {
		await sink?.abandon(error);
		throw error;
	}
}

type ReadPacks = {
	/** Packs of the index whose entries do not count any more. */
	gone: BitSet;
	unreadable: CheckFinding[];
	added: number;
	corrected: number;
};

/** Reads the headers of all packs that the index does not have as they are, and names those packs anew. */
async function readPacks(repository: OpenRepository, loaded: IndexAsItIs, {readAllPacks, onProgress}: RepairIndexOptions, sink: PackSink | undefined, signal: AbortSignal): Promise<ReadPacks> {
	const {index, listed, wrong, gapped, unindexed} = loaded;
	const found: ReadPacks = {gone: new BitSet(index.packs.count), unreadable: [], added: 0, corrected: 0};
	const toRead: {id: string; size: number; pack?: number}[] = [...unindexed];
	for (let pack = 0; pack < index.packs.count; pack++) {
		if (wrong.has(pack) || (readAllPacks && listed[pack]! >= 0)) toRead.push({id: idToHex(index.packs.ids.idOf(pack)), size: listed[pack]!, pack});
	}

	let read = 0;
	await inParallel(toRead, parallelReads, async ({id, size, pack}) => {
		try {
			const pending = await readStoredHeader(repository, id, size, signal);
			await sink?.name(pending);
			if (pack === undefined) found.added++;
			else {
				found.gone.add(pack);
				if (wrong.has(pack)) found.corrected++;
			}
		} catch (error) {
			if (!isLazaretteError(error, 'RepositoryDamaged')) throw error;
			found.unreadable.push({object: packKey(id), message: error.message});
			// An index file says where blobs lie by their order alone; what the index has with gaps can not be said again.
			if (pack !== undefined && gapped.has(pack)) found.gone.add(pack);
		}
		onProgress?.(++read, toRead.length);
	});
	return found;
}

/** What only damaged index files name, and could not be read anew. */
function onlyInDamaged({index, files}: IndexAsItIs, gone: BitSet): number[] {
	const sound = new BitSet(index.packs.count);
	for (const {packs} of files) for (const pack of packs) sound.add(pack);
	return remaining(index.packs.count, gone).filter(pack => !sound.has(pack));
}

function remaining(packs: number, gone: BitSet): number[] {
	return Array.from({length: packs}, (_, pack) => pack).filter(pack => !gone.has(pack));
}

/** The packs that stay as the index has them. */
async function nameAgain({index}: IndexAsItIs, packs: readonly number[], sink: PackSink): Promise<void> {
	const wanted = new BitSet(index.packs.count);
	for (const pack of packs) wanted.add(pack);
	const byPack = new BlobsByPack(index, wanted);
	for (const pack of packs) await sink.name(pendingPack(index, byPack.of(pack)));
}
