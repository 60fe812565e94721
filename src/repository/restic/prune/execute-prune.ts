import {idToHex} from '../blob-id.ts';
import {BitSet} from '../check/bit-set.ts';
import {packKey} from '../files/object-keys.ts';
import {inParallel} from '../in-parallel.ts';
import {IndexWriter} from '../index/index-writer.ts';
import {BlobsByPack} from '../read/blobs-by-pack.ts';
import {placesOf} from './choose-copies.ts';
import {packPlaces, pendingPack, tableOf} from './pack-places.ts';
import {repack} from './repack.ts';
import type {HeldLock} from '../lock/held-lock.ts';
import type {OpenRepository} from '../open-repository.ts';
import type {Place} from './pack-places.ts';
import type {PruneProgress} from './prune-result.ts';
import type {Repacked} from './repack.ts';
import type {WholePlan} from './whole-plan.ts';

const parallelRemovals = 8;

/**
The order makes a stop at any point harmless: new packs are durable before an index file names them, new index files before the old ones go, and those
before the packs that only they named. The lock is confirmed whenever something is about to go.
*/
export async function executePrune(repository: OpenRepository, lock: HeldLock, plan: WholePlan, signal: AbortSignal, onProgress?: (progress: PruneProgress) => void): Promise<Repacked> {
	const {loaded, packs, index} = plan;
	const {storage, sealer, clock, config} = repository;
	const remove = async (phase: PruneProgress['phase'], keys: readonly string[]): Promise<void> => {
		if (keys.length === 0) return;
		await lock.confirm(signal);
		let done = 0;
		await inParallel(keys, parallelRemovals, async key => {
			await storage.remove(key, signal);
			onProgress?.({phase, done: ++done, total: keys.length});
		});
	};

	await remove('removingUnindexed', loaded.unindexed.map(({id}) => packKey(id)));

	const wanted = new BitSet(loaded.index.packs.count);
	for (const {pack} of packs.repack) wanted.add(pack);
	for (const pack of index.packs) wanted.add(pack);
	const byPack = new BlobsByPack(loaded.index, wanted);
	const indexWriter = new IndexWriter({storage, sealer, clock, version: config.version});
	const repacked = await repack(
		{
			repository,
			index: loaded.index,
			packs: blobsToCopy(plan, byPack),
			indexWriter,
			compressTrees: plan.limits.compressTrees,
			onPack: done => onProgress?.({phase: 'repacking', done, total: packs.repack.length}),
		},
		signal,
	);

	for (const pack of index.packs) {
		indexWriter.add(pendingPack(loaded.index, byPack.of(pack)));
		if (indexWriter.isDue) await indexWriter.flush(signal);
	}
	await indexWriter.flush(signal);
	await remove('removingIndex', index.rewrite.map(({key}) => key));

	const storedPacks = [...packs.remove.filter(({reason}) => reason !== 'missing'), ...packs.repack];
	await remove('removingPacks', storedPacks.map(({pack}) => packKey(idToHex(loaded.index.packs.ids.idOf(pack)))));
	return repacked;
}

function* blobsToCopy(plan: WholePlan, byPack: BlobsByPack): Generator<{pack: number; places: Place[]}> {
	for (const {pack} of plan.packs.repack) yield {pack, places: packPlaces(byPack.of(pack)).filter(place => mustCopy(plan, place))};
}

/** The copy that was chosen, unless another lies in a pack that stays anyway. */
function mustCopy({loaded, copies, gone}: WholePlan, {type, entry}: Place): boolean {
	if (!copies.chosen[type].has(entry)) return false;
	const table = tableOf(loaded.index, type);
	for (const place of placesOf(table, table.find(table.ids.idOf(entry)))) {
		const pack = table.packOf(place);
		if (!gone.has(pack) && copies.sound.has(pack)) return false;
	}
	return true;
}
