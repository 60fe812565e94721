import type {Node} from '../../repository/node.ts';
import type {ArchiveReader, TreeNodes} from '../../repository/repository.ts';

/** A directory with no more entries is held in memory, so that a walk into its children need not keep its tree open. */
const mostHeld = 512;

/** The entries of a tree, as `readTree` gives them. */
export async function* treeNodes(reader: Pick<ArchiveReader, 'readTree'>, treeId: string, signal: AbortSignal): AsyncGenerator<Node, void> {
	const nodes = new HeldNodes(reader.readTree(treeId, signal));
	try {
		for (let next = await nodes.next(); next; next = await nodes.next()) yield next;
	} finally {
		await nodes.close();
	}
}

/** The same without a promise for each that is held. */
export class HeldNodes {
	readonly #batches: AsyncIterator<readonly Node[]>;
	#held: readonly Node[] = [];
	#at = 0;
	#isBegun = false;

	constructor(nodes: TreeNodes) {
		this.#batches = (nodes.batches?.() ?? singly(nodes))[Symbol.asyncIterator]();
	}

	/** Undefined after the last. */
	next(): Node | undefined | Promise<Node | undefined> {
		return this.#at < this.#held.length ? this.#held[this.#at++] : this.#readOn();
	}

	async close(): Promise<void> {
		await this.#batches.return?.();
	}

	async #readOn(): Promise<Node | undefined> {
		const least = this.#isBegun ? 1 : mostHeld;
		this.#isBegun = true;
		const held: Node[] = [];
		while (held.length < least) {
			const next = await this.#batches.next();
			if (next.done) break;
			for (const node of next.value) held.push(node);
		}
		this.#held = held;
		this.#at = 0;
		return held[this.#at++];
	}
}

async function* singly(nodes: AsyncIterable<Node>): AsyncGenerator<Node[]> {
	for await (const node of nodes) yield [node];
}
