import {LazaretteError} from '../../../base/errors.ts';
import {shortId} from '../../archive.ts';
import {idFromHex, idToHex} from '../blob-id.ts';
import {BitSet} from '../check/bit-set.ts';
import {inParallel} from '../in-parallel.ts';
import {tableOf} from '../prune/pack-places.ts';
import {TreeReferences} from '../prune/tree-references.ts';
import {TreeSource} from '../tree/tree-source.ts';
import type {Archive} from '../../archive.ts';
import type {BlobType} from '../blob-type.ts';
import type {FullIndex, WriterIndex} from '../index/load-index.ts';
import type {OpenRepository} from '../open-repository.ts';

/** A blob of the source: `entry` is the first place of it in the table of its type. */
export type WantedBlob = {type: BlobType; entry: number};

const parallelTrees = 4;

/** Collects, archive by archive, what they need and the target does not have. Trees are read even when the target has them: an interrupted copy may have brought a tree and not what it refers to. */
export class WantedBlobs {
	readonly #source: TreeSource;
	readonly #index: FullIndex;
	readonly #target: WriterIndex;
	readonly #queued: Record<BlobType, BitSet>;
	#visited: BitSet;
	#pending: WantedBlob[] = [];
	#pendingBytes = 0;
	/** Blobs that archives need and the target had. */
	present = 0;

	constructor(repository: OpenRepository, index: FullIndex, target: WriterIndex) {
		this.#source = new TreeSource({...repository, index});
		this.#index = index;
		this.#target = target;
		this.#queued = {tree: new BitSet(index.trees.count), data: new BitSet(index.data.count)};
		this.#visited = new BitSet(index.trees.count);
	}

	/** As stored. */
	get pendingBytes(): number {
		return this.#pendingBytes;
	}

	/** What was collected since the last call, in the order of the packs it lies in. */
	take(): WantedBlob[] {
		const {trees, data} = this.#index;
		const table = (type: BlobType) => (type === 'tree' ? trees : data);
		const taken = this.#pending.sort((a, b) => table(a.type).packOf(a.entry) - table(b.type).packOf(b.entry) || table(a.type).offsetOf(a.entry) - table(b.type).offsetOf(b.entry));
		this.#pending = [];
		this.#pendingBytes = 0;
		return taken;
	}

	/** @throws RepositoryDamaged naming what the archive needs and the source can not give */
	async add(archive: Archive, signal: AbortSignal): Promise<void> {
		try {
			await this.#walk(archive, signal);
		} catch (error) {
			// Trees above the damage were visited, but not to their end: another archive that has them must meet the damage, too.
			this.#visited = new BitSet(this.#index.trees.count);
			throw error;
		}
	}

	async #walk(archive: Archive, signal: AbortSignal): Promise<void> {
		const pending: number[] = [];
		const reach = (id: Uint8Array, who: string): void => {
			const entry = this.#need('tree', id, who);
			if (this.#visited.add(entry)) pending.push(entry);
		};
		reach(idFromHex(archive.tree), `archive ${shortId(archive.id)}`);
		while (pending.length > 0) {
			signal.throwIfAborted();
			await inParallel(pending.splice(-parallelTrees), parallelTrees, async entry => {
				const treeId = idToHex(this.#index.trees.ids.idOf(entry));
				const who = `tree ${treeId}`;
				const references = new TreeReferences({tree: id => reach(id, who), data: id => void this.#need('data', id, who)}, who);
				for await (const piece of this.#source.text(treeId, signal)) references.push(piece);
				references.end();
			});
		}
	}

	#need(type: BlobType, id: Uint8Array, who: string): number {
		const table = tableOf(this.#index, type);
		const entry = table.find(id);
		if (entry < 0) throw new LazaretteError('RepositoryDamaged', `${who} needs ${type} blob ${idToHex(id)}, which is in no index`, {hint: 'run a check of the repository that is copied from'});
		if (!this.#queued[type].add(entry)) return entry;
		if (type === 'tree' ? this.#target.trees.find(id) >= 0 : this.#target.data.has(id)) this.present++;
		else {
			this.#pending.push({type, entry});
			this.#pendingBytes += table.lengthOf(entry);
		}
		return entry;
	}
}
