import {isLazaretteError, LazaretteError} from '../../../base/errors.ts';
import {idToHex} from '../blob-id.ts';
import {BitSet} from '../check/bit-set.ts';
import {packKey} from '../files/object-keys.ts';
import {inParallel} from '../in-parallel.ts';
import {IndexWriter} from '../index/index-writer.ts';
import {pendingPack} from '../prune/pack-places.ts';
import {BlobsByPack} from '../read/blobs-by-pack.ts';
import type {OpenRepository} from '../open-repository.ts';
import type {WholePlan} from '../prune/whole-plan.ts';
import type {IndexFile} from '../prune/load-prune-index.ts';

export type Freed = {indexFiles: number; packs: number; /** of packs */ bytes: number};

/** Resolves to whether anything went. */
type Step = () => Promise<boolean>;

const atOnce = 8;

/** Removes by a plan that has rewritten no pack, without room and without a lock; the steps are tried one after the other, the most harmless first. */
export class RoomMaker {
	readonly freed: Freed = {indexFiles: 0, packs: 0, bytes: 0};
	readonly #repository: OpenRepository;
	readonly #signal: AbortSignal;

	constructor(repository: OpenRepository, signal: AbortSignal) {
		this.#repository = repository;
		this.#signal = signal;
	}

	steps(plan: WholePlan): Step[] {
		const {loaded, packs} = plan;
		const unused = new BitSet(loaded.index.packs.count);
		for (const {pack} of packs.remove) unused.add(pack);
		const whollyUnused = loaded.files.filter(file => file.packs.every(pack => unused.has(pack)));
		const others = loaded.files.filter(file => !whollyUnused.includes(file));
		const named = new BitSet(loaded.index.packs.count);
		for (const file of others) for (const pack of file.packs) named.add(pack);
		const sizes = new Map(packs.remove.filter(({reason}) => reason !== 'missing').map(({pack, bytes}) => [pack, bytes]));
		const goneWith = (isNamed: boolean): {key: string; size: number}[] => [...sizes].filter(([pack]) => named.has(pack) === isNamed).map(([pack, size]) => ({key: this.#keyOf(plan, pack), size}));
		return [
			// What runs that were cut off have left: often that of the very run that has filled the store.
			async () => this.#removePacks(loaded.unindexed.map(({id, size}) => ({key: packKey(id), size}))),
			// First what says that they are there: what is named and missing would be counted on by the next backup.
			async () => {
				await this.#removeFiles(whollyUnused);
				return this.#removePacks(goneWith(false));
			},
			async () => this.#replaceIndex(plan, others.filter(file => file.packs.some(pack => unused.has(pack))), goneWith(true)),
		];
	}

	/** Until the new index is written, archives can not be read; the old one makes room for it. */
	async #replaceIndex(plan: WholePlan, files: readonly IndexFile[], packs: readonly {key: string; size: number}[]): Promise<boolean> {
		if (files.length === 0) return false;
		await this.#removeFiles(files);
		let isWritten = false;
		for (let at = 0; !isWritten || at < packs.length; at += atOnce) {
			isWritten ||= await this.#writeIndex(plan, files);
			if (!isWritten && at >= packs.length) throw unwritten(this.#repository.storage.location);
			await this.#removePacks(packs.slice(at, at + atOnce));
		}
		return true;
	}

	/** False when there is no room yet. */
	async #writeIndex(plan: WholePlan, files: readonly IndexFile[]): Promise<boolean> {
		const {storage, sealer, clock, config} = this.#repository;
		const {index} = plan.loaded;
		const staying = new BitSet(index.packs.count);
		const packs = files.flatMap(file => file.packs).filter(pack => !plan.gone.has(pack) && staying.add(pack));
		const byPack = new BlobsByPack(index, staying);
		const writer = new IndexWriter({storage, sealer, clock, version: config.version});
		for (const pack of packs) writer.add(pendingPack(index, byPack.of(pack)));
		try {
			await writer.flush(this.#signal);
			return true;
		} catch (error) {
			if (!isLazaretteError(error, 'StoreFull')) throw error;
			return false;
		}
	}

	async #removeFiles(files: readonly IndexFile[]): Promise<void> {
		const {storage} = this.#repository;
		await inParallel(files, atOnce, async ({key}) => {
			await storage.remove(key, this.#signal);
			this.freed.indexFiles++;
		});
	}

	async #removePacks(packs: readonly {key: string; size: number}[]): Promise<boolean> {
		const {storage} = this.#repository;
		await inParallel(packs, atOnce, async ({key, size}) => {
			await storage.remove(key, this.#signal);
			this.freed.packs++;
			this.freed.bytes += size;
		});
		return packs.length > 0;
	}

	#keyOf = ({loaded}: WholePlan, pack: number): string => packKey(idToHex(loaded.index.packs.ids.idOf(pack)));
}

const unwritten = (location: string): LazaretteError =>
	new LazaretteError('StoreFull', `the index of the repository at ${location} could not be written, though all that no archive needs is gone`, {
		hint: 'nothing is lost: make room in the store, then run lazarette repair index; until then archives can not be read',
	});
