import {LazaretteError} from '../../../base/errors.ts';
import type {Node} from '../../node.ts';
import type {ArchiveWriter} from '../../repository.ts';
import type {TreeDiagnosis} from './tree-diagnosis.ts';

/** Stores a damaged tree, and all damaged ones below it, without what is lost. Returns the new tree's ID. Trees must have been examined. */
export async function rewriteTree(writer: ArchiveWriter, diagnosis: TreeDiagnosis, treeId: string): Promise<string> {
	const known = diagnosis.rewritten.get(treeId);
	if (known) return known;
	writer.enterDirectory();
	for await (const node of ascending(diagnosis, treeId)) {
		const repaired = diagnosis.repair(node);
		if (repaired) await writer.addNode(node.type === 'dir' ? await rewriteDirectory(writer, diagnosis, node) : repaired);
	}
	const id = readable(diagnosis, await writer.leaveDirectory());
	diagnosis.rewritten.set(treeId, id);
	return id;
}

async function rewriteDirectory(writer: ArchiveWriter, diagnosis: TreeDiagnosis, node: Node): Promise<Node> {
	const state = node.subtree === undefined ? 'unreadable' : diagnosis.stateOf(node.subtree);
	if (state === 'sound') return node;
	if (state === 'damaged') return {...node, subtree: await rewriteTree(writer, diagnosis, node.subtree!)};
	writer.enterDirectory();
	return {...node, subtree: readable(diagnosis, await writer.leaveDirectory())};
}

/** A tree that the index has already is not stored again, not even when its pack is damaged. */
function readable(diagnosis: TreeDiagnosis, treeId: string): string {
	if (diagnosis.stateOf(treeId) !== 'unreadable' || !diagnosis.source.has(treeId)) return treeId;
	throw new LazaretteError('RepositoryDamaged', `tree ${treeId} is needed, but can not be read where the index has it`, {hint: 'run a check of all data and repair the packs it names first; archives repaired so far are whole'});
}

/** The nodes of a tree. Old writers may have left them out of order, or a name twice; the second of a name is dropped. */
async function* ascending({source, signal}: TreeDiagnosis, treeId: string): AsyncGenerator<Node> {
	let last: Node | undefined;
	let isOrdered = true;
	for await (const nodes of source.batches(treeId, signal)) {
		for (const node of nodes) {
			if (last && Buffer.compare(last.name, node.name) >= 0) isOrdered = false;
			last = node;
		}
	}
	if (isOrdered) {
		for await (const nodes of source.batches(treeId, signal)) yield* nodes;
		return;
	}
	const all: Node[] = [];
	for await (const nodes of source.batches(treeId, signal)) all.push(...nodes);
	let previous: Buffer | undefined;
	for (const node of all.sort((a, b) => Buffer.compare(a.name, b.name))) {
		if (!previous?.equals(node.name)) yield node;
		previous = node.name;
	}
}
