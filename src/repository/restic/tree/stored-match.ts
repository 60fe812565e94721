import {idLength, parseId} from '../blob-id.ts';
import {ByteText} from './byte-text.ts';
import {HeadText} from './head-text.ts';
import type {WalkedEntry} from '../../entry-facts.ts';
import type {StoredIdentity} from './head-text.ts';
import type {TreeForm} from './node-encoder.ts';

const content = Buffer.from(',"content":[');
const ctimeKey = Buffer.from('","ctime":"');
const inodeKey = Buffer.from(',"inode":');
const canonicalTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{0,8}[1-9])?Z$/;
const canonicalNumber = /^[1-9]\d{0,18}$/;
const hexLength = 2 * idLength;

/** Compares what a walk has found with stored nodes, byte by byte: the node as we would write it now against the node as it is. */
export class StoredMatch {
	readonly #form: TreeForm;
	readonly #head: HeadText;
	readonly #text = new ByteText();
	readonly #id = new Uint8Array(idLength);
	readonly #isKnown: (id: Uint8Array) => boolean;

	/** `isKnown`: whether the repository has that blob of content. */
	constructor(form: TreeForm, isKnown: (id: Uint8Array) => boolean) {
		this.#form = form;
		this.#head = new HeadText(form);
		this.#isKnown = isKnown;
	}

	/**
	Where the stored node that begins at `at` ends, if it is to the byte what the entry's would be with the same content, and all of that is known. -1 when
	it is not, or when `bytes` do not hold all of it: then somebody has to look closer.
	*/
	end(entry: WalkedEntry, bytes: Buffer, at: number, limit: number): number {
		const {facts} = entry;
		const text = this.#text;
		text.clear();
		if (!this.#head.write(entry, text)) return -1;
		if (!this.#isAt(bytes, at, limit)) {
			if (!entry.anyIdentity || this.#form !== 'canonical') return -1;
			const stored = identityAt(bytes, at, limit);
			text.clear();
			if (!stored || !this.#head.write(entry, text, stored) || !this.#isAt(bytes, at, limit)) return -1;
		}
		return this.#contentEnd(bytes, at + text.length, limit, facts.size === 0);
	}

	#isAt(bytes: Buffer, at: number, limit: number): boolean {
		const {bytes: head, length} = this.#text;
		return at + length < limit && bytes.compare(head, 0, length, at, at + length) === 0;
	}

	#contentEnd(bytes: Buffer, start: number, limit: number, isEmpty: boolean): number {
		// The longest thing that is looked at without asking: the content's beginning, an ID and the node's end.
		if (start + content.length + hexLength + 4 > limit) return -1;
		let at = start;
		for (let index = 0; index < content.length; index++) if (bytes[at++] !== content[index]) return -1;
		if (bytes[at] === 0x5d) return isEmpty && bytes[at + 1] === 0x7d ? at + 2 : -1;
		for (;;) {
			if (at + hexLength + 4 > limit) return -1;
			if (bytes[at] !== 0x22 || !parseId(bytes, at + 1, at + 1 + hexLength, this.#id, 0) || bytes[at + 1 + hexLength] !== 0x22) return -1;
			if (!this.#isKnown(this.#id)) return -1;
			at += hexLength + 2;
			if (bytes[at] === 0x5d) return bytes[at + 1] === 0x7d ? at + 2 : -1;
			if (bytes[at++] !== 0x2c) return -1;
		}
	}
}

/** Change time and inode of the stored node, if they are written as we would write them. */
function identityAt(bytes: Buffer, at: number, limit: number): StoredIdentity | undefined {
	// A key's quotes cannot stand inside a string; whatever else is found here does not compare in the end.
	const head = bytes.subarray(at, Math.min(limit, at + longestHead));
	const ctimeAt = head.indexOf(ctimeKey) + ctimeKey.length;
	if (ctimeAt < ctimeKey.length) return undefined;
	const ctime = head.subarray(ctimeAt, head.indexOf(0x22, ctimeAt));
	const inodeAt = head.indexOf(inodeKey, ctimeAt);
	const contentAt = head.indexOf(content, ctimeAt);
	if (!canonicalTime.test(ctime.toString('latin1'))) return undefined;
	if (inodeAt < 0 || (contentAt >= 0 && contentAt < inodeAt)) return {ctime, inode: nothing};
	let end = inodeAt + inodeKey.length;
	while (head[end]! >= 0x30 && head[end]! <= 0x39) end++;
	return canonicalNumber.test(head.toString('latin1', inodeAt + inodeKey.length, end)) ? {ctime, inode: head.subarray(inodeAt, end)} : undefined;
}

const longestHead = 4096;
const nothing = new Uint8Array();
