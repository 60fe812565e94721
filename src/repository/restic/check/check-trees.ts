import {setImmediate as turn} from 'node:timers/promises';
import {idFromHex, idLength, idToHex} from '../blob-id.ts';
import {quoteName} from '../files/name-quoting.ts';
import {snapshotKey} from '../files/object-keys.ts';
import {inParallel} from '../in-parallel.ts';
import {NodeGlance} from '../tree/node-glance.ts';
import {TreeScanner} from '../tree/tree-scanner.ts';
import {TreeSource} from '../tree/tree-source.ts';
import {BitSet} from './bit-set.ts';
import {glanceOf} from './tree-facts.ts';
import type {Archive} from '../../archive.ts';
import type {FullIndex} from '../index/load-index.ts';
import type {OpenRepository} from '../open-repository.ts';
import type {Glance} from '../tree/node-glance.ts';
import type {Findings} from './findings.ts';
import type {TreeFacts} from './tree-facts.ts';

/** Trees read at once: enough to hide a store's latency, few enough that they come from the same slices of packs. */
const parallelTrees = 4;

/** Walks every tree that an archive reaches, each once, and looks up all it refers to. Trees that `facts` knows are not read. */
export async function checkTrees(repository: OpenRepository, index: FullIndex, facts: TreeFacts, archives: Archive[], findings: Findings, signal: AbortSignal): Promise<{trees: number; dataBlobs: number}> {
	const walk = new TreeWalk(index, facts, findings);
	const source = new TreeSource({...repository, index});
	const read = async (id: string): Promise<void> =>
		findings.guard(`tree ${id}`, async () => {
			const scanner = new TreeScanner(`tree ${id}`, new NodeGlance(glance => walk.visit(glance, id)));
			for await (const piece of source.text(id, signal)) {
				signal.throwIfAborted();
				for (const node of scanner.push(piece)) walk.visit(glanceOf(node), id);
			}
			scanner.end();
		});
	for (const archive of archives) {
		walk.reach(idFromHex(archive.tree), () => [snapshotKey(archive.id), `archive ${archive.id} needs`]);
		for (let batch = walk.next(parallelTrees); batch.length > 0; batch = walk.next(parallelTrees)) {
			await inParallel(batch, parallelTrees, read);
			// A file system answers at once, and who hands blobs to other threads has to get its turn.
			await turn();
		}
	}
	return {trees: walk.trees.count, dataBlobs: walk.dataBlobs.count};
}

class TreeWalk {
	readonly trees: BitSet;
	readonly dataBlobs: BitSet;
	readonly #index: FullIndex;
	readonly #facts: TreeFacts;
	readonly #findings: Findings;
	/** Table numbers of trees still to be read. */
	#pending = new Uint32Array(256);
	#pendingCount = 0;

	constructor(index: FullIndex, facts: TreeFacts, findings: Findings) {
		this.#index = index;
		this.#facts = facts;
		this.#findings = findings;
		this.trees = new BitSet(index.trees.count);
		this.dataBlobs = new BitSet(index.data.count);
	}

	/** Up to `count` of the trees that are still to be read; what is known of others is followed on the way. */
	next(count: number): string[] {
		const taken: string[] = [];
		while (taken.length < count && this.#pendingCount > 0) {
			const entry = this.#pending[--this.#pendingCount]!;
			if (this.#facts.has(entry)) this.#follow(entry);
			else taken.push(idToHex(this.#index.trees.ids.idOf(entry)));
		}
		return taken;
	}

	/** `who` gives the object that refers to the tree, and words for it. */
	reach(treeId: Uint8Array, who: () => [object: string, words: string]): void {
		const entry = this.#index.trees.find(treeId);
		if (entry < 0) {
			const [object, words] = who();
			this.#findings.problem(object, `${words} tree ${idToHex(treeId)}, which is in no index`);
		} else if (this.trees.add(entry)) this.#push(entry);
	}

	visit(node: Glance, treeId: string): void {
		if (node.type === 'file') this.#content(node, treeId);
		else if (node.type === 'dir' && node.subtree) this.reach(node.subtree, () => [`tree ${treeId}`, needs(node, treeId)]);
		else if (node.type === 'dir') this.#findings.problem(`tree ${treeId}`, `tree ${treeId}: dir "${nameOf(node)}" names no tree of its own`);
	}

	/** As `visit` for all nodes of a tree that is known. */
	#follow(tree: number): void {
		for (const subtree of this.#facts.subtrees(tree)) if (this.trees.add(subtree)) this.#push(subtree);
		for (const blob of this.#facts.content(tree)) this.dataBlobs.add(blob);
	}

	#content(node: Glance, treeId: string): void {
		const {data} = this.#index;
		const {content} = node;
		let size = 0;
		let missing = 0;
		for (let at = 0; at < content.length; at += idLength) {
			const entry = data.find(content, at);
			if (entry >= 0) {
				this.dataBlobs.add(entry);
				size += data.plainLengthOf(entry);
			} else if (missing++ === 0) this.#findings.problem(`tree ${treeId}`, `${needs(node, treeId)} blob ${idToHex(content, at)}, which is in no index`);
		}
		if (missing === 0 && size !== node.size) this.#findings.warning(`tree ${treeId}`, `tree ${treeId}: file "${nameOf(node)}" is said to be ${node.size} bytes long, its content is ${size}`);
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

const nameOf = ({name}: Glance): string => quoteName(Buffer.from(name));

const needs = (node: Glance, treeId: string): string => `tree ${treeId}: ${node.type} "${nameOf(node)}" needs`;
