import {LazaretteError} from '../../../base/errors.ts';
import {idFromHex, idLength} from '../blob-id.ts';
import {ByteText} from '../tree/byte-text.ts';
import {HeadText} from '../tree/head-text.ts';
import {NodeEncoder, treeTail} from '../tree/node-encoder.ts';
import {OpenDirectory} from './open-directory.ts';
import type {WalkedEntry} from '../../entry-facts.ts';
import type {Node} from '../../node.ts';
import type {TreeForm} from '../tree/node-encoder.ts';
import type {ParentTree} from '../tree/parent-directory.ts';
import type {StoredNode} from '../tree/stored-node.ts';
import type {BlobStore} from './blob-store.ts';
import type {DirectoryText, ScratchPlace} from './directory-text.ts';
import type {KnownBlobs} from './known-blobs.ts';

/** Text of all open directories together that may stay in memory; beyond it the largest goes to a scratch file. */
const memoryBudget = 8 * 1024 * 1024;
/** Lengths in packs and indexes are 32 bits wide. */
const longestTree = 0xffff_ffff;
/** A longer content is written straight into its directory's text, since it is not worth a copy to find it equal. */
const longestCompared = 2048 * idLength;

const contentHead = Buffer.from(',"content":[');
const contentTail = Buffer.from(']}');

type TreeStore = Pick<BlobStore, 'storeTree' | 'storeLargeTree'>;

export type TreeWriterOptions = {
	blobs: TreeStore;
	form: TreeForm;
	scratch: ScratchPlace;
	/** Tells whether a tree of the parent may be kept. */
	known: Pick<KnownBlobs, 'has'>;
};

/** Turns a depth-first walk into trees: a stack of open directories, of which each is stored when it is left, unless the parent has it already. */
export class TreeWriter {
	readonly #options: TreeWriterOptions;
	readonly #encoder: NodeEncoder;
	readonly #heads: HeadText;
	readonly #open: OpenDirectory[] = [];
	/** One node, to be compared with the parent's. */
	readonly #draft = new ByteText();
	#memory = 0;

	constructor(options: TreeWriterOptions) {
		this.#options = options;
		this.#encoder = new NodeEncoder(options.form);
		this.#heads = new HeadText(options.form);
	}

	get depth(): number {
		return this.#open.length;
	}

	/** `parent`: the same directory in the parent archive. */
	enter(parent?: ParentTree): void {
		const directory = new OpenDirectory(parent, this.#options.scratch);
		this.#memory += directory.text?.memory ?? 0;
		this.#open.push(directory);
	}

	/** @throws BadRequest for an impossible name; Unexpected when names do not ascend: readers merge and search trees by that order */
	add(node: Node, previous?: StoredNode): void | Promise<void> {
		const directory = this.#innermost();
		directory.goOnTo(node.name);
		if (directory.text) {
			this.#append(directory, directory.text, text => this.#encoder.write(node, text));
			return undefined;
		}
		if ((node.content?.length ?? 0) > longestCompared) return this.#part(directory, text => this.#encoder.write(node, text));

		const draft = this.#draft;
		draft.clear();
		this.#encoder.write(node, draft);
		if (previous && isText(draft, previous) && directory.equals(previous)) return undefined;
		return this.#part(directory, text => text.writeBytes(draft.bytes, 0, draft.length));
	}

	/** Adds a regular file that the parent's directory does not have, straight from what was found. False when it has to be added as a node. */
	addFile(entry: WalkedEntry, content: Uint8Array): boolean {
		const directory = this.#innermost();
		const {text} = directory;
		const draft = this.#draft;
		draft.clear();
		if (!text || content.length > longestCompared) return false;
		if (!directory.isEmpty) draft.write(',');
		if (!this.#heads.write(entry, draft)) return false;
		directory.goOnTo(entry.names, entry.from, entry.to);
		draft.writeBytes(contentHead, 0, contentHead.length);
		draft.writeIds(content);
		draft.writeBytes(contentTail, 0, contentTail.length);
		const before = text.memory;
		text.writeBytes(draft.bytes, 0, draft.length);
		this.#grow(directory, text.memory - before);
		return true;
	}

	/** Adds a node as the parent has it. */
	addStored(stored: StoredNode): void | Promise<void> {
		const directory = this.#innermost();
		if (directory.equals(stored)) return undefined;
		const write = (text: DirectoryText): void => text.writeBytes(stored.bytes, stored.from, stored.to);
		if (!directory.text) {
			stored.keep();
			return this.#part(directory, write);
		}
		this.#append(directory, directory.text, write);
		return undefined;
	}

	/** Stores the innermost directory and returns its ID; a promise for one that was too large for memory. */
	leave(): string | Promise<string> {
		const directory = this.#innermost();
		return directory.text ? this.#close(directory, directory.text) : this.#leaveEqual(directory);
	}

	/** Drops all open directories. */
	discard(): void {
		for (const directory of this.#open.splice(0)) directory.discard();
		this.#memory = 0;
	}

	async #leaveEqual(directory: OpenDirectory): Promise<string> {
		const tree = await directory.sameTree();
		if (tree === undefined || !this.#options.known.has('tree', idFromHex(tree))) return this.#close(directory, await this.#begin(directory));
		this.#open.pop();
		return tree;
	}

	#close(directory: OpenDirectory, text: DirectoryText): string | Promise<string> {
		this.#write(text, () => text.write(treeTail));
		this.#open.pop();
		this.#memory -= text.memory;
		return text.isSpooled ? this.#storeSpooled(text) : this.#options.blobs.storeTree(text.inMemory());
	}

	async #storeSpooled(text: DirectoryText): Promise<string> {
		try {
			const id = text.spooledId();
			if (text.length > longestTree) {
				throw new LazaretteError('BadRequest', `a directory's list of entries is ${text.length} bytes long; the format holds ${longestTree}`, {hint: 'exclude it, or split it into several directories'});
			}
			await this.#options.blobs.storeLargeTree(id, () => text.pieces(), text.length);
			return id.toString('hex');
		} finally {
			text.discard();
		}
	}

	#innermost(): OpenDirectory {
		const directory = this.#open.at(-1);
		if (!directory) throw new LazaretteError('Unexpected', 'no directory is open in the archive');
		return directory;
	}

	/** The directory differs from the parent's from here on. */
	#part(directory: OpenDirectory, write: (text: DirectoryText) => void): void | Promise<void> {
		const text = this.#begin(directory);
		if (text instanceof Promise) return text.then(begun => this.#append(directory, begun, write));
		this.#append(directory, text, write);
		return undefined;
	}

	#begin(directory: OpenDirectory): DirectoryText | Promise<DirectoryText> {
		const text = directory.part();
		if (text instanceof Promise) {
			return text.then(begun => {
				this.#memory += begun.memory;
				return begun;
			});
		}
		this.#memory += text.memory;
		return text;
	}

	#append(directory: OpenDirectory, text: DirectoryText, write: (text: DirectoryText) => void): void {
		this.#write(text, () => {
			if (!directory.isEmpty) text.write(',');
			write(text);
		});
		this.#grow(directory, 0);
	}

	/** Something was added to the directory, whose text takes so many bytes more. */
	#grow(directory: OpenDirectory, bytes: number): void {
		this.#memory += bytes;
		directory.isEmpty = false;
		if (this.#memory > memoryBudget) this.#releaseLargest();
	}

	#write(text: DirectoryText, write: () => void): void {
		const before = text.memory;
		write();
		this.#memory += text.memory - before;
	}

	#releaseLargest(): void {
		const largest = this.#open.flatMap(({text}) => text ?? []).reduce((a, b) => (b.memory > a.memory ? b : a));
		if (largest.isReleasable) this.#write(largest, () => largest.release());
	}
}

const isText = ({bytes, length}: ByteText, {bytes: stored, from, to}: StoredNode): boolean => to - from === length && bytes.compare(stored, from, to, 0, length) === 0;
