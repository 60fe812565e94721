import type {Node} from '../../repository/node.ts';
import type {ArchiveReader} from '../../repository/repository.ts';

/** A directory with no more entries is held in memory, so that a walk into its children need not keep its tree open. */
const mostHeld = 512;

/** The entries of a tree, as `readTree` gives them. */
export async function* treeNodes(reader: Pick<ArchiveReader, 'readTree'>, treeId: string, signal: AbortSignal): AsyncGenerator<Node, void> {
	const nodes = reader.readTree(treeId, signal)[Symbol.asyncIterator]();
	try {
		const held: Node[] = [];
		let next = await nodes.next();
		for (; !next.done && held.length < mostHeld; next = await nodes.next()) held.push(next.value);
		yield* held;
		for (; !next.done; next = await nodes.next()) yield next.value;
	} finally {
		await nodes.return?.();
	}
}
