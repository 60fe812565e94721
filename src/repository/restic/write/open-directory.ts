import {LazaretteError} from '../../../base/errors.ts';
import {quoteName} from '../files/name-quoting.ts';
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
	/** Of the entry before, with its length. */
	readonly #last = {name: nothing, length: 0};

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

	/** The next entry is `names[from, to)`. @throws Unexpected when names do not ascend */
	goOnTo(names: Uint8Array, from = 0, to = names.length): void {
		const last = this.#last;
		if (last.length > 0 && compareNames(last.name, 0, last.length, names, from, to) >= 0) {
			throw new LazaretteError('Unexpected', `the entry "${quoteName(names.subarray(from, to))}" came after "${quoteName(last.name.subarray(0, last.length))}": a directory's entries must ascend by their bytes`);
		}
		if (last.name.length < to - from) last.name = new Uint8Array(Math.max(to - from, usualName));
		last.length = to - from;
		for (let at = 0; at < last.length; at++) last.name[at] = names[from + at]!;
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
const nothing: Uint8Array = new Uint8Array();
const usualName = 64;

function compareNames(a: Uint8Array, aFrom: number, aTo: number, b: Uint8Array, bFrom: number, bTo: number): number {
	const shared = Math.min(aTo - aFrom, bTo - bFrom);
	for (let at = 0; at < shared; at++) {
		const difference = a[aFrom + at]! - b[bFrom + at]!;
		if (difference !== 0) return difference;
	}
	return aTo - aFrom - (bTo - bFrom);
}
