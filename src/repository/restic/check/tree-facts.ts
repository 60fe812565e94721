import {idFromHex, idLength} from '../blob-id.ts';
import {NodeGlance} from '../tree/node-glance.ts';
import {TreeScanner} from '../tree/tree-scanner.ts';
import type {Node} from '../../node.ts';
import type {FullIndex} from '../index/load-index.ts';
import type {Glance} from '../tree/node-glance.ts';

const segmentWords = 64 * 1024;

/**
What sound trees refer to, as numbers of the index's tables: for each tree its subtrees, and its files' content in runs, since a directory's files were stored one after
the other. So a walk of trees that were read anyway reads nothing again, in some words of memory for each tree. Only trees of which a walk has nothing to tell are in here.
*/
export class TreeFacts {
	readonly #index: FullIndex;
	/** By number of the tree: where its words begin, counted from 1; 0 for one that is not in here. */
	readonly #starts: Float64Array;
	/** A tree's words: how many subtrees, the subtrees, how many runs, and the first number and the length of each. */
	readonly #segments: Uint32Array[] = [];
	#length = 0;

	constructor(index: FullIndex) {
		this.#index = index;
		this.#starts = new Float64Array(index.trees.count);
	}

	has(tree: number): boolean {
		return this.#starts[tree]! > 0;
	}

	/** Reads a tree of which all bytes are proven, in pieces. `end` takes it in. Undefined when it, or another copy of it, is here already. */
	reader(id: Uint8Array): TreeReader | undefined {
		const tree = this.#index.trees.find(id);
		if (tree < 0 || this.has(tree)) return undefined;
		return new TreeReader(this.#index, (subtrees, runs) => this.#add(tree, subtrees, runs));
	}

	subtrees(tree: number): Iterable<number> {
		return this.#words(this.#starts[tree]!, 1);
	}

	/** All of the tree's content, by number, some more than once. */
	*content(tree: number): Generator<number> {
		const start = this.#starts[tree]!;
		const runsAt = start + 1 + this.#word(start);
		let first = -1;
		for (const word of this.#words(runsAt, 2)) {
			if (first < 0) {
				first = word;
				continue;
			}
			for (let blob = first; blob < first + word; blob++) yield blob;
			first = -1;
		}
	}

	*#words(at: number, each: number): Generator<number> {
		const end = at + 1 + this.#word(at) * each;
		for (let next = at + 1; next < end; next++) yield this.#word(next);
	}

	/** Places count from 1. */
	#word(at: number): number {
		return this.#segments[Math.floor((at - 1) / segmentWords)]![(at - 1) % segmentWords]!;
	}

	#add(tree: number, subtrees: readonly number[], runs: readonly number[]): void {
		this.#starts[tree] = this.#length + 1;
		this.#push(subtrees.length);
		for (const subtree of subtrees) this.#push(subtree);
		this.#push(runs.length / 2);
		for (const word of runs) this.#push(word);
	}

	#push(word: number): void {
		const at = this.#length++ % segmentWords;
		if (at === 0) this.#segments.push(new Uint32Array(segmentWords));
		this.#segments.at(-1)![at] = word;
	}
}

const none = new Uint8Array(0);

export const glanceOf = ({type, name, size, content, subtree}: Node): Glance => ({type: type === 'file' || type === 'dir' ? type : 'other', name, size, content: content ?? none, subtree: subtree ? idFromHex(subtree) : undefined});

export class TreeReader {
	readonly #index: FullIndex;
	readonly #take: (subtrees: readonly number[], runs: readonly number[]) => void;
	readonly #scanner: TreeScanner;
	readonly #subtrees: number[] = [];
	/** Pairs of first number and length. */
	readonly #runs: number[] = [];
	#isPlain = true;

	constructor(index: FullIndex, take: (subtrees: readonly number[], runs: readonly number[]) => void) {
		this.#index = index;
		this.#take = take;
		this.#scanner = new TreeScanner('tree', new NodeGlance(glance => this.#visit(glance)));
	}

	/** @throws RepositoryDamaged when it is no tree */
	push(piece: Uint8Array): void {
		for (const node of this.#scanner.push(piece)) this.#visit(glanceOf(node));
	}

	/** @throws RepositoryDamaged when the tree ends too early */
	end(): void {
		this.#scanner.end();
		if (this.#isPlain) this.#take(this.#subtrees, this.#runs);
	}

	#visit({type, size, content, subtree}: Glance): void {
		if (!this.#isPlain || type === 'other') return;
		if (type === 'dir') {
			const tree = subtree ? this.#index.trees.find(subtree) : -1;
			this.#isPlain = tree >= 0;
			this.#subtrees.push(tree);
			return;
		}
		const {data} = this.#index;
		let length = 0;
		for (let at = 0; at < content.length; at += idLength) {
			const blob = data.find(content, at);
			if (blob < 0) {
				this.#isPlain = false;
				return;
			}
			length += data.plainLengthOf(blob);
			this.#addBlob(blob);
		}
		this.#isPlain = length === size;
	}

	#addBlob(blob: number): void {
		const runs = this.#runs;
		const last = runs.length - 2;
		const next = last < 0 ? -1 : runs[last]! + runs[last + 1]!;
		if (next === blob) runs[last + 1]!++;
		else runs.push(blob, 1);
	}
}
