import {NodeEncoder, treeHead, treeTail} from '../../../../src/repository/restic/tree/node-encoder.ts';
import type {Node} from '../../../../src/repository/node.ts';

/** A tree's text, as it is stored. */
export function encodeTree(nodes: readonly Node[]): Buffer {
	const encoder = new NodeEncoder('restic');
	let text = treeHead;
	for (const [number, node] of nodes.entries()) {
		if (number > 0) text += ',';
		encoder.write(node, {
			write: part => void (text += part),
			writeIds: ids => void (text += Array.from({length: ids.length / 32}, (_, id) => `"${Buffer.from(ids.subarray(id * 32, id * 32 + 32)).toString('hex')}"`).join(',')),
		});
	}
	return Buffer.from(text + treeTail);
}
