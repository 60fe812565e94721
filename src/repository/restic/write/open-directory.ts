import {treeHead} from '../tree/node-encoder.ts';
import {DirectoryText} from './directory-text.ts';
import type {ParentTree} from '../tree/parent-directory.ts';
import type {StoredNode} from '../tree/stored-node.ts';
import type {ScratchPlace} from './directory-text.ts';

/**
A directory that is being written. As long as its entries are those of the parent's tree from the start and without a gap, there is no text of it: only how much of
the parent's it equals. With the first that differs, that much is copied.
*/
export class OpenDirectory {
	readonly #parent: ParentTree | undefined;
	readonly #scratch: ScratchPlace;
	/** bytes of the parent's text */
	#equal = treeHead.length;
	#text: DirectoryText | undefined;
	isEmpty = true;
	lastName: Buffer | undefined;

	constructor(parent: ParentTree | undefined, scratch: ScratchPlace) {
		this.#parent = parent;
		this.#scratch = scratch;
		if (!parent) this.#text = new DirectoryText(scratch);
	}

	/** Its text, when it has one of its own. */
	get text(): DirectoryText | undefined {
		return this.#text;
	}

	/** Adds an entry that the parent's tree has; false when its text has to be written. */
	equals({offset, from, to}: StoredNode): boolean {
		if (this.#text || offset !== this.#equal + (this.isEmpty ? 0 : 1)) return false;
		this.#equal = offset + to - from;
		this.isEmpty = false;
		return true;
	}

	/** Begins its own text with what has been equal. */
	part(): DirectoryText | Promise<DirectoryText> {
		if (this.#text) return this.#text;
		const text = new DirectoryText(this.#scratch);
		const beginning = this.#equal > treeHead.length ? this.#parent!.beginning(this.#equal) : head;
		if (!(beginning instanceof Uint8Array)) return this.#partLater(text, beginning);
		text.writeBytes(beginning, treeHead.length);
		this.#text = text;
		return text;
	}

	/** The parent's tree, when this directory has come out as it is. */
	async sameTree(): Promise<string | undefined> {
		return !this.#text && (await this.#parent!.endsAt(this.#equal)) ? this.#parent!.treeId : undefined;
	}

	discard(): void {
		this.#text?.discard();
	}

	async #partLater(text: DirectoryText, beginning: AsyncIterable<Uint8Array>): Promise<DirectoryText> {
		try {
			let skip = treeHead.length;
			for await (const piece of beginning) {
				const from = Math.min(skip, piece.length);
				skip -= from;
				text.writeBytes(piece, from);
			}
		} catch (error) {
			text.discard();
			throw error;
		}
		this.#text = text;
		return text;
	}
}

const head = Buffer.from(treeHead);
