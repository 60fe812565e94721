import {copyFacts, noFacts} from '../../repository/entry-facts.ts';
import type {EntryFacts, WalkedEntry} from '../../repository/entry-facts.ts';
import type {ExtendedAttribute} from '../../repository/node.ts';
import type {ContentSink, ParentNode} from '../../repository/repository.ts';
import type {DirectoryPlace} from '../file-system/directory-cache.ts';
import type {LateStep} from './in-order.ts';

/** What becomes of a file after it was found. Both are called once for each file, by the event loop or while another file is taken, and do not throw. */
export type PendingFileOwner = {
	/** Its content is stored, and stands in it, unless there was a failure. */
	stored(file: PendingFile, failure?: {error: unknown}): void;
	/** Its turn in the archive has come. */
	add(file: PendingFile): void | Promise<void>;
};

/**
A file on its way into the archive, in memory that is used again for later files. Hundreds are under way at once: were each a number of objects and promises of its own, all of
them would live just long enough to become old, and a fifth of the run would be collecting them.
*/
export class PendingFile implements ContentSink, LateStep {
	readonly #owner: PendingFileOwner;
	readonly #id = new Uint8Array(idLength);
	/** Its name is in memory of its own. */
	readonly entry: WalkedEntry = {facts: noFacts(), names: new Uint8Array(usualLongestName), from: 0, to: 0, user: undefined, group: undefined, attributes: none, anyIdentity: false};
	place: DirectoryPlace | undefined;
	previous: ParentNode | undefined;
	/** Open while its content is being stored. */
	fd = -1;
	content: Uint8Array = noContent;
	size = 0;
	isReady = false;
	/** It could not be read, and has no place in the archive. */
	isLost = false;

	constructor(owner: PendingFileOwner) {
		this.#owner = owner;
	}

	begin(place: DirectoryPlace, names: Uint8Array, from: number, to: number, facts: EntryFacts, previous: ParentNode | undefined): void {
		const {entry} = this;
		this.place = place;
		this.previous = previous;
		if (to - from > entry.names.length) entry.names = new Uint8Array(to - from);
		for (let at = from; at < to; at++) entry.names[at - from] = names[at]!;
		entry.to = to - from;
		copyFacts(facts, entry.facts);
		this.isReady = false;
		this.isLost = false;
	}

	/** What it referred to is not kept alive. */
	end(): void {
		const {entry} = this;
		this.place = undefined;
		this.previous = undefined;
		this.content = noContent;
		entry.user = undefined;
		entry.group = undefined;
		entry.attributes = none;
	}

	/** A copy. */
	get name(): Buffer {
		return Buffer.copyBytesFrom(this.entry.names, 0, this.entry.to);
	}

	stored(ids: Uint8Array, from: number, to: number, size: number): void {
		if (to - from === idLength) {
			for (let at = 0; at < idLength; at++) this.#id[at] = ids[from + at]!;
			this.content = this.#id;
		} else this.content = to > from ? ids.slice(from, to) : noContent;
		this.size = size;
		this.#owner.stored(this);
	}

	failed(error: unknown): void {
		this.#owner.stored(this, {error});
	}

	run(): void | Promise<void> {
		return this.#owner.add(this);
	}
}

const idLength = 32;
/** NAME_MAX (linux/limits.h), which counts characters on some file systems (VFAT, NTFS, FUSE): their names are longer in bytes. */
const usualLongestName = 255;
const none: ExtendedAttribute[] = [];
export const noContent: Uint8Array = new Uint8Array();
