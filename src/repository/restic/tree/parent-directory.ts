import {isLazaretteError} from '../../../base/errors.ts';
import {entrySlot} from '../../entry-run.ts';
import {ObjectEnd} from './object-end.ts';
import {nameHead} from './head-text.ts';
import {treeHead, treeTail} from './node-encoder.ts';
import {StoredNode} from './stored-node.ts';
import {TextWindow} from './text-window.ts';
import {TreeScanner} from './tree-scanner.ts';
import type {LazaretteError} from '../../../base/errors.ts';
import type {WalkedEntry} from '../../entry-facts.ts';
import type {EntryOwner, EntryRun} from '../../entry-run.ts';
import type {Node} from '../../node.ts';
import type {ParentDirectory, ParentNode, StoredRun} from '../../repository.ts';
import type {NodeRuns} from './node-runs.ts';
import type {StoredMatch} from './stored-match.ts';
import type {TreeSource} from './tree-source.ts';

export type ParentOptions = {
	source: TreeSource;
	signal: AbortSignal;
	/** A tree of the parent proved unreadable: its files are read again, as if they were new. */
	onDamaged: (treeId: string, error: LazaretteError) => void;
};

/** The parent's directory with this tree, or undefined when the repository does not hold it any more. */
export function openParentDirectory(treeId: string, options: ParentOptions): ParentTree | undefined {
	return options.source.has(treeId) ? new ParentTree(treeId, options) : undefined;
}

const head = Buffer.from(treeHead);
const tail = Buffer.from(treeTail);
const quote = 0x22;
const backslash = 0x5c;

/**
A stored directory, walked once in step with the real one. Its nodes stay text: most are only compared with what the walk has found. One is parsed
when somebody asks what it says. A tree that no known writer would have begun like this counts as damaged.
*/
export class ParentTree implements ParentDirectory {
	readonly treeId: string;
	/** bytes of text */
	readonly length: number;
	readonly #options: ParentOptions;
	readonly #window: TextWindow;
	#stands: 'before' | 'at' | 'behind' | 'nowhere' = 'before';
	/** Where the current node ends in the window; -1 until that is known. */
	#end = -1;
	#node: ParentNode | undefined;
	#scanner: TreeScanner | undefined;
	#damaged = false;

	constructor(treeId: string, options: ParentOptions) {
		this.treeId = treeId;
		this.#options = options;
		this.length = options.source.lengthOf(treeId);
		this.#window = new TextWindow(options.source.text(treeId, options.signal));
	}

	seek(names: Uint8Array, from: number, to: number): boolean | Promise<boolean> {
		for (;;) {
			if (this.#stands !== 'at' || this.#window.needsMore) {
				const stands = this.#advance();
				if (stands instanceof Promise) return stands.then(async () => this.seek(names, from, to));
				if (!stands) return false;
			}
			const order = this.#compareName(names, from, to);
			if (typeof order !== 'number') return order.then(async known => (known < 0 ? this.#skipLater().then(async () => this.seek(names, from, to)) : known === 0));
			if (order >= 0) return order === 0;
			if (!this.#skip()) return this.#skipLater().then(async () => this.seek(names, from, to));
		}
	}

	node(): ParentNode | undefined | Promise<ParentNode | undefined> {
		if (this.#node || this.#stands !== 'at') return this.#node;
		const end = this.#findEnd();
		if (end < 0) return this.#readLong();
		const {bytes, at, base} = this.#window;
		const node = this.#guarded(() => this.#parse(bytes.subarray(at, end)));
		this.#node = node && Object.assign(node, {stored: new StoredNode(bytes, at, end, base + at).keep()});
		return this.#node;
	}

	async find(name: Buffer): Promise<ParentNode | undefined> {
		return (await this.seek(name, 0, name.length)) ? this.node() : undefined;
	}

	async open(node: Node): Promise<ParentTree | undefined> {
		return node.subtree ? openParentDirectory(node.subtree, this.#options) : undefined;
	}

	/** The current node, if it is that of `entry`. */
	matching(entry: WalkedEntry, match: StoredMatch): StoredNode | undefined {
		if (this.#stands !== 'at') return undefined;
		const {bytes, at, limit, base} = this.#window;
		const end = match.end(entry, bytes, at, limit);
		if (end < 0) return undefined;
		this.#end = end;
		return new StoredNode(bytes, at, end, base + at);
	}

	/** The nodes in front, one after another, that are those of the first entries of `run`. Undefined where that is none, or cannot be said before more of the text is read. */
	matchingRun(run: EntryRun, owner: EntryOwner, runs: NodeRuns): StoredRun | undefined {
		const name = run.at + entrySlot.name;
		if (!this.#isBeside(run.bytes, name, run.bytes.indexOf(0, name))) return undefined;
		const window = this.#window;
		const {bytes, at, base, limit} = window;
		const {count, end, size} = runs.match(run, owner, bytes, base, at, limit);
		if (count === 0) return undefined;
		window.at = end;
		this.#stands = 'behind';
		return {stored: new StoredNode(bytes, at, end, base + at), count, size};
	}

	/** As `seek`, and false too where that would have to read on. */
	#isBeside(names: Uint8Array, from: number, to: number): boolean {
		for (;;) {
			if (this.#window.needsMore || this.#advance() !== true || this.#findEnd() < 0) return false;
			const order = this.#compareName(names, from, to);
			if (order === 0) return true;
			if (typeof order !== 'number' || order > 0 || !this.#skip()) return false;
		}
	}

	/** The first `end` bytes of the text. */
	beginning(end: number): Uint8Array | AsyncIterable<Uint8Array> {
		const {bytes, base, limit} = this.#window;
		if (end <= head.length) return head.subarray(0, end);
		return base === 0 && end <= limit ? bytes.subarray(0, end) : this.#textAgain(end);
	}

	/** Whether the text ends as ours do right behind its node that ends at `end`, and is proven to be what its ID says. */
	async endsAt(end: number): Promise<boolean> {
		if (end + tail.length !== this.length) return false;
		const window = this.#window;
		try {
			while (!window.ended && window.base + window.limit < this.length) {
				window.at = Math.max(window.at, Math.min(end - window.base, window.limit));
				await window.fill();
			}
			const at = end - window.base;
			// Of an empty directory nobody has looked at the head yet.
			const isHead = window.base > 0 || head.compare(window.bytes, 0, head.length) === 0;
			const isTail = isHead && at >= 0 && at + tail.length === window.limit && tail.equals(window.bytes.subarray(at, window.limit));
			await window.drain();
			return isTail && !this.#damaged;
		} catch (error) {
			this.#end = -1;
			this.#onFailure(error);
			return false;
		}
	}

	async *#textAgain(end: number): AsyncGenerator<Uint8Array> {
		let left = end;
		for await (const piece of this.#options.source.text(this.treeId, this.#options.signal)) {
			yield piece.subarray(0, left);
			left -= Math.min(left, piece.length);
			if (left === 0) return;
		}
	}

	/** To the next node, if there is one. */
	#advance(): boolean | Promise<boolean> {
		if (this.#stands === 'nowhere') return false;
		const window = this.#window;
		if (window.needsMore) {
			// What is in the window moves.
			this.#end = -1;
			return window.fill().then(
				async () => this.#advance(),
				(error: unknown) => {
					this.#onFailure(error);
					return false;
				},
			);
		}
		if (this.#stands === 'at') return true;
		const {bytes, limit} = window;
		if (this.#stands === 'before') {
			if (limit < head.length || head.compare(bytes, 0, head.length) !== 0) return this.#lost();
			window.at = head.length;
		} else if (bytes[window.at] === 0x2c) window.at++;
		if (bytes[window.at] !== 0x7b || window.at >= limit) {
			this.#stands = 'nowhere';
			return false;
		}
		this.#stands = 'at';
		this.#end = -1;
		this.#node = undefined;
		return true;
	}

	/** As Buffer.compare of the current node's name and `names[from, to)`. */
	#compareName(names: Uint8Array, from: number, to: number): number | Promise<number> {
		const {bytes, at, limit} = this.#window;
		let place = at;
		for (let index = 0; index < nameHead.length; index++) if (bytes[place++] !== nameHead[index]) return this.#compareParsed(names, from, to);
		for (let index = from; place < limit; index++, place++) {
			const byte = bytes[place]!;
			if (byte === quote) return index === to ? 0 : -1;
			if (byte === backslash) return this.#compareParsed(names, from, to);
			if (index === to) return 1;
			const difference = byte - names[index]!;
			if (difference !== 0) return difference;
		}
		return this.#compareParsed(names, from, to);
	}

	#compareParsed(names: Uint8Array, from: number, to: number): number | Promise<number> {
		const compare = (node: ParentNode | undefined): number => (node ? node.name.compare(names, from, to) : 1);
		const node = this.node();
		return node instanceof Promise ? node.then(compare) : compare(node);
	}

	#findEnd(): number {
		const {bytes, at, limit} = this.#window;
		if (this.#end < 0) this.#end = new ObjectEnd().find(bytes, at, limit);
		return this.#end;
	}

	/** Behind the current node; false when it is longer than the window. */
	#skip(): boolean {
		const end = this.#findEnd();
		if (end < 0) return false;
		this.#window.at = end;
		this.#stands = 'behind';
		return true;
	}

	async #skipLater(): Promise<void> {
		if (this.#stands === 'at' && !this.#skip()) await this.#pass(() => undefined);
	}

	/** Reads a node that is longer than the window; it is not `stored`, since nobody is to hold its text. */
	async #readLong(): Promise<ParentNode | undefined> {
		let node: ParentNode | undefined;
		await this.#pass(piece => {
			node ??= this.#guarded(() => this.#parse(piece));
		});
		this.#node = node;
		return node;
	}

	/** Passes over the current node piece by piece. */
	async #pass(take: (piece: Uint8Array) => void): Promise<void> {
		const window = this.#window;
		const ending = new ObjectEnd();
		try {
			for (;;) {
				const end = ending.find(window.bytes, window.at, window.limit);
				take(window.bytes.subarray(window.at, end < 0 ? window.limit : end));
				window.at = end < 0 ? window.limit : end;
				if (this.#stands === 'nowhere') return;
				if (end >= 0) break;
				if (window.ended) {
					this.#lost();
					return;
				}
				await window.fill();
			}
			this.#stands = 'behind';
		} catch (error) {
			this.#onFailure(error);
		}
	}

	#parse(text: Uint8Array): ParentNode | undefined {
		if (!this.#scanner) {
			this.#scanner = new TreeScanner(`tree ${this.treeId}`);
			this.#scanner.push(head);
		}
		const [node] = this.#scanner.push(text);
		if (node) this.#scanner.push(comma);
		return node;
	}

	#guarded<Result>(work: () => Result): Result | undefined {
		try {
			return work();
		} catch (error) {
			this.#onFailure(error);
			return undefined;
		}
	}

	#lost(): false {
		this.#stands = 'nowhere';
		this.#damaged = true;
		return false;
	}

	#onFailure(error: unknown): void {
		if (!isLazaretteError(error, 'RepositoryDamaged')) throw error;
		this.#lost();
		this.#options.onDamaged(this.treeId, error);
	}
}

const comma = Buffer.from(',');
