import {LazaretteError} from '../../../base/errors.ts';
import {quoteName} from '../files/name-quoting.ts';
import {NodeEncoder, treeTail} from '../tree/node-encoder.ts';
import {DirectoryText} from './directory-text.ts';
import type {Node} from '../../node.ts';
import type {TreeForm} from '../tree/node-encoder.ts';
import type {BlobStore} from './blob-store.ts';
import type {ScratchPlace} from './directory-text.ts';

/** Text of all open directories together that may stay in memory; beyond it the largest goes to a scratch file. */
const memoryBudget = 8 * 1024 * 1024;
/** Lengths in packs and indexes are 32 bits wide. */
const longestTree = 0xffff_ffff;

type OpenDirectory = {text: DirectoryText; lastName: Buffer | undefined};

/** Turns a depth-first walk into trees: a stack of open directories, of which each is stored when it is left. */
export class TreeWriter {
	readonly #blobs: BlobStore;
	readonly #encoder: NodeEncoder;
	readonly #scratch: ScratchPlace;
	readonly #open: OpenDirectory[] = [];
	#memory = 0;

	constructor(options: {blobs: BlobStore; form: TreeForm; scratch: ScratchPlace}) {
		this.#blobs = options.blobs;
		this.#encoder = new NodeEncoder(options.form);
		this.#scratch = options.scratch;
	}

	get depth(): number {
		return this.#open.length;
	}

	enter(): void {
		const text = new DirectoryText(this.#scratch);
		this.#memory += text.memory;
		this.#open.push({text, lastName: undefined});
	}

	/** @throws BadRequest for an impossible name; Unexpected when names do not ascend: readers merge and search trees by that order */
	add(node: Node): void {
		const directory = this.#innermost();
		if (directory.lastName && Buffer.compare(directory.lastName, node.name) >= 0) {
			throw new LazaretteError('Unexpected', `the entry "${quoteName(node.name)}" came after "${quoteName(directory.lastName)}": a directory's entries must ascend by their bytes`);
		}
		this.#write(directory.text, text => {
			if (directory.lastName) text.write(',');
			this.#encoder.write(node, text);
		});
		directory.lastName = node.name;
		if (this.#memory > memoryBudget) this.#releaseLargest();
	}

	/** Stores the innermost directory and returns its ID; a promise for one that was too large for memory. */
	leave(): string | Promise<string> {
		const {text} = this.#innermost();
		this.#write(text, () => text.write(treeTail));
		this.#open.pop();
		this.#memory -= text.memory;
		return text.isSpooled ? this.#storeSpooled(text) : this.#blobs.storeTree(text.inMemory());
	}

	/** Drops all open directories. */
	discard(): void {
		for (const {text} of this.#open.splice(0)) text.discard();
		this.#memory = 0;
	}

	async #storeSpooled(text: DirectoryText): Promise<string> {
		try {
			const id = text.spooledId();
			if (text.length > longestTree) {
				throw new LazaretteError('BadRequest', `a directory's list of entries is ${text.length} bytes long; the format holds ${longestTree}`, {hint: 'exclude it, or split it into several directories'});
			}
			await this.#blobs.storeLargeTree(id, () => text.pieces(), text.length);
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

	#write(text: DirectoryText, write: (text: DirectoryText) => void): void {
		const before = text.memory;
		write(text);
		this.#memory += text.memory - before;
	}

	#releaseLargest(): void {
		const largest = this.#open.map(({text}) => text).reduce((a, b) => (b.memory > a.memory ? b : a));
		if (largest.isReleasable) this.#write(largest, () => largest.release());
	}
}
