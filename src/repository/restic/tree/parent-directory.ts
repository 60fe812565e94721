import {isLazaretteError} from '../../../base/errors.ts';
import type {LazaretteError} from '../../../base/errors.ts';
import type {Node} from '../../node.ts';
import type {ParentDirectory} from '../../repository.ts';
import type {TreeSource} from './tree-source.ts';

export type ParentOptions = {
	source: TreeSource;
	signal: AbortSignal;
	/** A tree of the parent proved unreadable: its files are read again, as if they were new. */
	onDamaged: (treeId: string, error: LazaretteError) => void;
};

/** The parent's directory with this tree, or undefined when the repository does not hold it any more. */
export function openParentDirectory(treeId: string, options: ParentOptions): ParentDirectory | undefined {
	return options.source.has(treeId) ? new MergedDirectory(treeId, options) : undefined;
}

/** Walks a stored directory once, in step with a walk of the real one. */
class MergedDirectory implements ParentDirectory {
	readonly #treeId: string;
	readonly #options: ParentOptions;
	readonly #batches: AsyncGenerator<Node[]>;
	#batch: Node[] = [];
	#at = 0;

	constructor(treeId: string, options: ParentOptions) {
		this.#treeId = treeId;
		this.#options = options;
		this.#batches = options.source.batches(treeId, options.signal);
	}

	async find(name: Buffer): Promise<Node | undefined> {
		for (;;) {
			const node = this.#batch[this.#at] ?? (await this.#nextBatch());
			if (!node) return undefined;
			const order = Buffer.compare(node.name, name);
			if (order === 0) return node;
			if (order > 0) return undefined;
			this.#at++;
		}
	}

	async open(node: Node): Promise<ParentDirectory | undefined> {
		return node.subtree ? openParentDirectory(node.subtree, this.#options) : undefined;
	}

	async #nextBatch(): Promise<Node | undefined> {
		this.#at = 0;
		this.#batch = [];
		try {
			while (this.#batch.length === 0) {
				const next = await this.#batches.next();
				if (next.done) return undefined;
				this.#batch = next.value;
			}
		} catch (error) {
			if (!isLazaretteError(error, 'RepositoryDamaged')) throw error;
			this.#options.onDamaged(this.#treeId, error);
		}
		return this.#batch[0];
	}
}
