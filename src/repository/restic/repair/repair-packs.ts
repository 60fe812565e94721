import {LazaretteError, isLazaretteError} from '../../../base/errors.ts';
import {idFromHex, idLength, idToHex} from '../blob-id.ts';
import {BitSet} from '../check/bit-set.ts';
import {PackSink} from '../copy/pack-sink.ts';
import {isId, packKey} from '../files/object-keys.ts';
import {inParallel} from '../in-parallel.ts';
import {PackEntries} from '../index/pack-entries.ts';
import {readPackHeader} from '../pack/pack-header.ts';
import {packPlaces, pendingPack, tableOf} from '../prune/pack-places.ts';
import {BlobsByPack} from '../read/blobs-by-pack.ts';
import {placesOf} from '../prune/choose-copies.ts';
import {planIndex} from '../prune/plan-index.ts';
import {proveBlob} from '../read/open-blob.ts';
import {loadIndexAsItIs} from './load-index-as-it-is.ts';
import {readStoredHeader} from './read-stored-header.ts';
import type {BlobType} from '../blob-type.ts';
import type {HeldLock} from '../lock/held-lock.ts';
import type {OpenRepository} from '../open-repository.ts';
import type {IndexAsItIs} from './load-index-as-it-is.ts';

export type RepairPacksOptions = {
	/** IDs of packs, 64 hex digits each. */
	packs: readonly string[];
	/** Takes a pack as it is stored, piece by piece, before anything is changed. */
	save?: (packId: string, pieces: AsyncIterable<Buffer>) => Promise<void>;
};

export type RepairPacksResult = {
	packs: {
		id: string;
		/** Blobs that are intact and lie in new packs now. */
		salvaged: number;
		/** Blobs that are not, and of which no other pack has a copy. */
		lost: {type: BlobType; id: string}[];
	}[];
};

type Blob = {type: BlobType; id: Uint8Array; offset: number; length: number; uncompressed: number};

const pieceSize = 4 * 1024 * 1024;
const parallelRemovals = 8;

/**
Copies all intact blobs of damaged packs into new packs, then takes the damaged ones out of the index and removes them. Each blob is proven against its ID. What
is lost with them, archives that need it no longer have: `repair snapshots` comes next. `lock` is exclusive.
@throws BadRequest for a pack that neither index nor storage has; RepositoryDamaged when an index file can not be read
*/
export async function repairPacks(repository: OpenRepository, lock: HeldLock, {packs: ids, save}: RepairPacksOptions, signal: AbortSignal): Promise<RepairPacksResult> {
	const repairing = AbortSignal.any([signal, lock.signal]);
	const loaded = await loadIndexAsItIs(repository, repairing);
	if (loaded.damaged[0]) throw new LazaretteError('RepositoryDamaged', loaded.damaged[0].error.message, {hint: 'repair the index first; nothing was changed', cause: loaded.damaged[0].error});
	const chosen = choosePacks(loaded, ids);
	for (const {id, size} of chosen) if (size >= 0) await save?.(id, pieces(repository, id, size, repairing));

	const {index, files} = loaded;
	const sink = new PackSink(repository, repairing);
	try {
		const result: RepairPacksResult = {packs: []};
		const gone = new BitSet(index.packs.count);
		for (const {pack} of chosen) if (pack !== undefined) gone.add(pack);
		const byPack = new BlobsByPack(index, gone);
		for (const {id, size, pack} of chosen) {
			const blobs = await blobsOf(repository, loaded, byPack, {id, size, pack}, repairing);
			const damaged = await salvage(repository, blobs, {id, size}, sink, repairing);
			const lost = damaged.filter(blob => !isElsewhere(loaded, gone, blob));
			result.packs.push({id, salvaged: blobs.length - damaged.length, lost: lost.map(({type, id: blobId}) => ({type, id: idToHex(blobId)}))});
		}

		const plan = planIndex(files, index.packs.count, gone, true);
		const staying = new BitSet(index.packs.count);
		for (const pack of plan.packs) staying.add(pack);
		const named = new BlobsByPack(index, staying);
		for (const pack of plan.packs) await sink.name(pendingPack(index, named.of(pack)));
		await sink.finish();

		await lock.confirm(signal);
		await inParallel(plan.rewrite, parallelRemovals, async ({key}) => repository.storage.remove(key, repairing));
		await inParallel(chosen.filter(({size}) => size >= 0), parallelRemovals, async ({id}) => repository.storage.remove(packKey(id), repairing));
		return result;
	} catch (error) {
		await sink.abandon(error);
		throw error;
	}
}

type Chosen = {id: string; size: number; pack?: number | undefined};

function choosePacks({index, listed, unindexed}: IndexAsItIs, ids: readonly string[]): Chosen[] {
	return [...new Set(ids)].map((id): Chosen => {
		const pack = isId(id) ? index.packs.ids.find(idFromHex(id)) : -1;
		if (pack >= 0) return {id, size: listed[pack]!, pack};
		const stray = unindexed.find(({id: other}) => other === id);
		if (stray) return stray;
		throw new LazaretteError('BadRequest', `the repository has no pack ${id}`, {hint: 'give the 64 digits after data/xx/ as a check reports them; nothing was changed'});
	});
}

/** What the header lists, and else, or besides, what the index says. */
async function blobsOf(repository: OpenRepository, {index}: IndexAsItIs, byPack: BlobsByPack, {id, size, pack}: Chosen, signal: AbortSignal): Promise<Blob[]> {
	const blobs = new Map<string, Blob>();
	const add = (blob: Blob): void => void blobs.set(`${blob.type} ${idToHex(blob.id)} ${blob.offset}`, blob);
	for (const {type, entry, offset, length} of pack === undefined ? [] : packPlaces(byPack.of(pack))) {
		const table = tableOf(index, type);
		add({type, id: table.ids.idOf(entry), offset, length, uncompressed: table.uncompressedOf(entry)});
	}
	try {
		const {header} = await readStoredHeader(repository, id, Math.max(size, 0), signal);
		const entries = new PackEntries();
		readPackHeader(header, entries, packKey(id));
		for (let entry = 0; entry < entries.count; entry++) {
			add({type: entries.typeOf(entry), id: entries.ids.slice(entry * idLength, (entry + 1) * idLength), offset: entries.offsetOf(entry), length: entries.lengthOf(entry), uncompressed: entries.uncompressedOf(entry)});
		}
	} catch (error) {
		if (!isLazaretteError(error, 'RepositoryDamaged')) throw error;
	}
	return [...blobs.values()].sort((a, b) => a.offset - b.offset);
}

/** Stores the intact ones anew, as they are; returns the others. */
async function salvage({storage, sealer}: OpenRepository, blobs: readonly Blob[], {id: packId, size}: Chosen, sink: PackSink, signal: AbortSignal): Promise<Blob[]> {
	const damaged: Blob[] = [];
	for (const blob of blobs) {
		const {type, id, offset, length, uncompressed} = blob;
		if (offset + length > size) {
			damaged.push(blob);
			continue;
		}
		const sealed = await storage.get(packKey(packId), signal, {offset, length});
		try {
			await proveBlob(sealer, sealed, uncompressed, idToHex(id), `${type} blob ${idToHex(id)}`);
		} catch (error) {
			if (!isLazaretteError(error, 'RepositoryDamaged')) throw error;
			damaged.push(blob);
			continue;
		}
		await sink.store(type, async writer => writer.appendSealed(type, id, [sealed], uncompressed));
	}
	return damaged;
}

function isElsewhere({index, wrong, listed}: IndexAsItIs, gone: BitSet, {type, id}: Blob): boolean {
	const table = tableOf(index, type);
	const first = table.find(id);
	if (first < 0) return false;
	return [...placesOf(table, first)].some(place => {
		const pack = table.packOf(place);
		return !gone.has(pack) && !wrong.has(pack) && listed[pack]! >= 0;
	});
}

async function* pieces({storage}: OpenRepository, id: string, size: number, signal: AbortSignal): AsyncGenerator<Buffer> {
	for (let offset = 0; offset < size; offset += pieceSize) yield storage.get(packKey(id), signal, {offset, length: Math.min(pieceSize, size - offset)});
}
