import {LazaretteError} from '../../../base/errors.ts';
import {shortId} from '../../archive.ts';
import {idFromHex, idToHex} from '../blob-id.ts';
import {BitSet} from '../check/bit-set.ts';
import {inParallel} from '../in-parallel.ts';
import {TreeSource} from '../tree/tree-source.ts';
import {TreeReferences} from './tree-references.ts';
import type {Archive} from '../../archive.ts';
import type {FullIndex} from '../index/load-index.ts';
import type {OpenRepository} from '../open-repository.ts';

/** One bit for each place in the tables of the index; that of a blob with several places is its first. */
export type MarkedBlobs = {trees: BitSet; data: BitSet};

/** Trees read at once: enough to hide a store's latency, few enough that they come from the same slices of packs. */
const parallelTrees = 4;

/**
Marks every blob that an archive needs, each tree read once. Memory is the bits and a stack of numbers, whatever the size of a tree.
@throws RepositoryDamaged naming the blob that is in no index, or the tree that can not be read
*/
export async function markUsed(repository: OpenRepository, index: FullIndex, archives: readonly Archive[], signal: AbortSignal, onTree?: (trees: number) => void): Promise<MarkedBlobs> {
	const source = new TreeSource({...repository, index});
	const marked: MarkedBlobs = {trees: new BitSet(index.trees.count), data: new BitSet(index.data.count)};
	const pending = new NumberStack();

	const reach = (id: Uint8Array, who: () => string): void => {
		const entry = index.trees.find(id);
		if (entry < 0) throw missing('tree', id, who());
		if (marked.trees.add(entry)) pending.push(entry);
	};
	const read = async (entry: number): Promise<void> => {
		const treeId = idToHex(index.trees.ids.idOf(entry));
		const who = (): string => `tree ${treeId}`;
		const references = new TreeReferences(
			{
				tree: id => reach(id, who),
				data(id) {
					const blob = index.data.find(id);
					if (blob < 0) throw missing('data', id, who());
					marked.data.add(blob);
				},
			},
			who(),
		);
		for await (const piece of source.text(treeId, signal)) references.push(piece);
		references.end();
		onTree?.(marked.trees.count);
	};

	for (const archive of archives) {
		reach(idFromHex(archive.tree), () => `archive ${shortId(archive.id)}`);
		for (let batch = pending.take(parallelTrees); batch.length > 0; batch = pending.take(parallelTrees)) {
			signal.throwIfAborted();
			await inParallel(batch, parallelTrees, read);
		}
	}
	return marked;
}

const missing = (type: string, id: Uint8Array, who: string): LazaretteError =>
	new LazaretteError('RepositoryDamaged', `${who} needs ${type} blob ${idToHex(id)}, which is in no index`, {
		hint: 'nothing was removed; run a check to see what is affected, and bring back lost objects or remove the archives that need them before the next prune',
		context: {blob: idToHex(id)},
	});

class NumberStack {
	#numbers = new Uint32Array(256);
	#count = 0;

	push(number: number): void {
		if (this.#count === this.#numbers.length) {
			const bigger = new Uint32Array(this.#numbers.length * 2);
			bigger.set(this.#numbers);
			this.#numbers = bigger;
		}
		this.#numbers[this.#count++] = number;
	}

	/** Up to `count` numbers, the last first. */
	take(count: number): number[] {
		const taken: number[] = [];
		while (taken.length < count && this.#count > 0) taken.push(this.#numbers[--this.#count]!);
		return taken;
	}
}
