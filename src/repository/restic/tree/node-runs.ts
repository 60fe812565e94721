import {endianness} from 'node:os';
import {deviceNumber} from '../../device-number.ts';
import {entrySlot} from '../../entry-run.ts';
import {idLength} from '../blob-id.ts';
import {instantiate} from '../wasm/instantiate.ts';
import {nodesWasm} from '../wasm/nodes.wasm.ts';
import {deviceText, ownerText} from './head-text.ts';
import type {EntryOwner, EntryRun} from '../../entry-run.ts';
import type {TreeForm} from './node-encoder.ts';

/** Entries that are looked at in one go. */
const mostEntries = 128;
const mostIds = 4096;
/** Of a tree's text so much is in the module's memory, and more is brought when less is left of it than most nodes of one call take. */
const textRoom = 128 * 1024;
const enoughText = 64 * 1024;
const ownerRoom = 8 * 1024;
const deviceRoom = 64;
/** One node without content. */
const draftRoom = ownerRoom + 2048;
const resultBytes = 16;

/** The exports of assembly/nodes.ts. */
type Exports = {
	setOwner(uid: number, gid: number, text: number, length: number): void;
	setDevice(major: number, minor: number, text: number, length: number): void;
	match(status: number, name: number, stride: number, count: number, text: number, limit: number, draft: number, ids: number, idsEnd: number, results: number): number;
};

/** `count` entries were found in the text, up to `end` of it; their sizes add up to `size`. */
export type MatchedRun = {count: number; end: number; size: number};

const nothing: MatchedRun = {count: 0, end: 0, size: 0};

/**
Compares many entries in a row with a stored tree: byte for byte what `StoredMatch` would find of each, for those that are regular files with plain names and no attributes, at a tenth
of the time. An entry of another kind, or one that has changed, ends the run.
*/
export class NodeRuns {
	/** The module reads the kernel's numbers as they lie there. */
	static readonly isPossible = endianness() === 'LE';
	readonly #form: TreeForm;
	readonly #isKnown: (ids: Uint8Array, at: number) => boolean;
	readonly #exports: Exports;
	readonly #bytes: Uint8Array<ArrayBuffer>;
	readonly #words: Uint32Array;
	readonly #sizes: Float64Array;
	readonly #places: {entries: number; text: number; owner: number; device: number; draft: number; ids: number; results: number};
	#owner: EntryOwner = {uid: -1, gid: -1, user: undefined, group: undefined};
	#device = {major: -1, minor: -1};
	/** Which part of which text lies in the module's memory. */
	#loaded: {bytes: Uint8Array | undefined; base: number; from: number; to: number} = {bytes: undefined, base: 0, from: 0, to: 0};

	/** `isKnown`: whether the repository has that blob of content. */
	constructor(form: TreeForm, isKnown: (ids: Uint8Array, at: number) => boolean) {
		this.#form = form;
		this.#isKnown = isKnown;
		const sizes = {entries: mostEntries * entrySlot.bytes, text: textRoom, owner: ownerRoom, device: deviceRoom, draft: draftRoom, ids: mostIds * idLength, results: mostEntries * resultBytes};
		const {functions, bytes, room} = instantiate(nodesWasm, Object.values(sizes).reduce((sum, size) => sum + size, 0));
		this.#exports = functions as Exports;
		this.#bytes = bytes;
		this.#words = new Uint32Array(bytes.buffer);
		this.#sizes = new Float64Array(bytes.buffer);
		let next = room;
		const place = (size: number): number => (next += size) - size;
		this.#places = {entries: place(sizes.entries), text: place(sizes.text), owner: place(sizes.owner), device: place(sizes.device), draft: place(sizes.draft), ids: place(sizes.ids), results: place(sizes.results)};
	}

	/**
	How many of the entries are, one after another, the nodes of `text` that begin at `at`, and have all their content in the repository. `base`: where `text` begins in the whole of
	its tree; together they say which text it is.
	*/
	match(run: EntryRun, owner: EntryOwner, text: Uint8Array, base: number, at: number, limit: number): MatchedRun {
		const places = this.#places;
		const count = Math.min(run.count, mostEntries);
		this.#bytes.set(run.bytes.subarray(run.at, run.at + count * entrySlot.bytes), places.entries);
		if (!this.#setOwner(owner) || !this.#setDevice()) return nothing;
		const loaded = this.#load(text, base, at, limit);
		const from = places.text + at - loaded.from;
		const status = places.entries + entrySlot.status;
		const matched = this.#exports.match(status, places.entries + entrySlot.name, entrySlot.bytes, count, from, places.text + loaded.to - loaded.from, places.draft, places.ids, places.ids + mostIds * idLength, places.results);
		const known = this.#known(matched);
		if (known === 0) return nothing;
		let size = 0;
		for (let entry = 0; entry < known; entry++) size += this.#sizes[(places.results + entry * resultBytes + 8) / 8]!;
		return {count: known, end: this.#result(known - 1, 0) - places.text + loaded.from, size};
	}

	/** Of the first `matched` entries, those before the first that has content of which the repository knows nothing. */
	#known(matched: number): number {
		let id = this.#places.ids;
		for (let entry = 0; entry < matched; entry++) {
			const end = this.#result(entry, 1);
			for (; id < end; id += idLength) if (!this.#isKnown(this.#bytes, id)) return entry;
		}
		return matched;
	}

	#result(entry: number, word: number): number {
		return this.#words[(this.#places.results + entry * resultBytes) / 4 + word]!;
	}

	#load(text: Uint8Array, base: number, at: number, limit: number): {from: number; to: number} {
		const loaded = this.#loaded;
		const isThere = loaded.bytes === text && loaded.base === base && at >= loaded.from && (loaded.to === limit || loaded.to - at >= enoughText);
		if (isThere && loaded.to <= limit) return loaded;
		loaded.bytes = text;
		loaded.base = base;
		loaded.from = at;
		loaded.to = Math.min(limit, at + textRoom);
		this.#bytes.set(text.subarray(at, loaded.to), this.#places.text);
		return loaded;
	}

	/** False when its names are too long. */
	#setOwner(owner: EntryOwner): boolean {
		const last = this.#owner;
		if (last.uid === owner.uid && last.gid === owner.gid && last.user === owner.user && last.group === owner.group) return true;
		const text = ownerText(owner);
		if (text.length > ownerRoom) return false;
		this.#bytes.set(text, this.#places.owner);
		this.#exports.setOwner(owner.uid, owner.gid, this.#places.owner, text.length);
		this.#owner = {...owner};
		return true;
	}

	/** That of the first entry; the others may only have another one where it is not recorded. */
	#setDevice(): boolean {
		if (this.#form === 'canonical') return true;
		const status = (this.#places.entries + entrySlot.status) / 4;
		const [major, minor] = [this.#words[status + 34]!, this.#words[status + 35]!];
		if (this.#device.major === major && this.#device.minor === minor) return true;
		const text = deviceText(deviceNumber(major, minor));
		this.#bytes.set(text, this.#places.device);
		this.#exports.setDevice(major, minor, this.#places.device, text.length);
		this.#device = {major, minor};
		return true;
	}
}
