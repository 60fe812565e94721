import {idFromHex, idLength, idToHex} from '../blob-id.ts';
import {quoteName} from '../files/name-quoting.ts';
import {snapshotKey} from '../files/object-keys.ts';
import {TreeSource} from '../tree/tree-source.ts';
import {BitSet} from './bit-set.ts';
import type {Archive} from '../../archive.ts';
import type {Node} from '../../node.ts';
import type {FullIndex} from '../index/load-index.ts';
import type {OpenRepository} from '../open-repository.ts';
import type {Findings} from './findings.ts';

/** Walks every tree that an archive reaches, each once, and looks up all it refers to. */
export async function checkTrees(repository: OpenRepository, index: FullIndex, archives: Archive[], findings: Findings, signal: AbortSignal): Promise<{trees: number; dataBlobs: number}> {
	const walk = new TreeWalk(index, findings);
	const source = new TreeSource({...repository, index});
	for (const archive of archives) {
		walk.reach(archive.tree, () => [snapshotKey(archive.id), `archive ${archive.id} needs`]);
		for (let treeId = walk.next(); treeId; treeId = walk.next()) {
			const id = treeId;
			await findings.guard(`tree ${id}`, async () => {
				for await (const nodes of source.batches(id, signal)) for (const node of nodes) walk.visit(node, id);
			});
		}
	}
	return {trees: walk.trees.count, dataBlobs: walk.dataBlobs.count};
}

class TreeWalk {
	readonly trees: BitSet;
	readonly dataBlobs: BitSet;
	readonly #index: FullIndex;
	readonly #findings: Findings;
	/** Table numbers of trees still to be read. */
	#pending = new Uint32Array(256);
	#pendingCount = 0;

	constructor(index: FullIndex, findings: Findings) {
		this.#index = index;
		this.#findings = findings;
		this.trees = new BitSet(index.trees.count);
		this.dataBlobs = new BitSet(index.data.count);
	}

	next(): string | undefined {
		if (this.#pendingCount === 0) return undefined;
		return idToHex(this.#index.trees.ids.idOf(this.#pending[--this.#pendingCount]!));
	}

	/** `who` gives the object that refers to the tree, and words for it. */
	reach(treeId: string, who: () => [object: string, words: string]): void {
		const entry = this.#index.trees.find(idFromHex(treeId));
		if (entry < 0) {
			const [object, words] = who();
			this.#findings.problem(object, `${words} tree ${treeId}, which is in no index`);
		} else if (this.trees.add(entry)) this.#push(entry);
	}

	visit(node: Node, treeId: string): void {
		const who = (): [string, string] => [`tree ${treeId}`, `tree ${treeId}: ${node.type} "${quoteName(node.name)}" needs`];
		if (node.type === 'file') this.#content(node, treeId, who);
		else if (node.type === 'dir' && node.subtree) this.reach(node.subtree, who);
		else if (node.type === 'dir') this.#findings.problem(`tree ${treeId}`, `tree ${treeId}: dir "${quoteName(node.name)}" names no tree of its own`);
	}

	#content(node: Node, treeId: string, who: () => [object: string, words: string]): void {
		const {data} = this.#index;
		const content = node.content ?? new Uint8Array(0);
		let size = 0;
		let missing = 0;
		for (let at = 0; at < content.length; at += idLength) {
			const entry = data.find(content, at);
			if (entry >= 0) {
				this.dataBlobs.add(entry);
				size += data.plainLengthOf(entry);
			} else if (missing++ === 0) this.#findings.problem(who()[0], `${who()[1]} blob ${idToHex(content, at)}, which is in no index`);
		}
		if (missing === 0 && size !== node.size) this.#findings.warning(`tree ${treeId}`, `tree ${treeId}: file "${quoteName(node.name)}" is said to be ${node.size} bytes long, its content is ${size}`);
	}

	#push(entry: number): void {
		if (this.#pendingCount === this.#pending.length) {
			const bigger = new Uint32Array(this.#pending.length * 2);
			bigger.set(this.#pending);
			this.#pending = bigger;
		}
		this.#pending[this.#pendingCount++] = entry;
	}
}
