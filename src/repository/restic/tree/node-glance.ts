import {idLength, parseId} from '../blob-id.ts';
import {isText, parseUnsigned} from '../json-scanner.ts';
import {memberBits, nodeMember} from './node-members.ts';
import {isNameAt} from './node-name.ts';
import {plainTimeEnd} from './plain-time.ts';
import type {NodeMember} from './node-members.ts';

/** What matters of a node to who only looks up what it refers to. All of it is only valid during the call. */
export type Glance = {
	type: 'file' | 'dir' | 'other';
	readonly name: Uint8Array;
	size: number;
	/** IDs of a file's content, raw and in a row. */
	content: Uint8Array;
	/** Raw ID. */
	subtree: Uint8Array | undefined;
};

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const maxUint32 = 0xffff_ffff;
const text = (value: string): Uint8Array => Buffer.from(value, 'latin1');
const types: [name: Uint8Array, type: Glance['type']][] = [[text('file'), 'file'], [text('dir'), 'dir'], [text('symlink'), 'other']];
const nullText = text('null');

const largest: Partial<Record<NodeMember, number>> = {
	mode: maxUint32, uid: maxUint32, gid: maxUint32, size: Number.MAX_SAFE_INTEGER, links: Number.MAX_SAFE_INTEGER,
	inode: Number.MAX_SAFE_INTEGER, device_id: Number.MAX_SAFE_INTEGER, device: Number.MAX_SAFE_INTEGER,
};

/**
Reads a stored node as restic and we write it, straight from the bytes and without an object for it. Whatever is not quite so ordinary (escapes, extended attributes,
members it does not know, damage) it leaves to `NodeBuilder`, which takes it or says what is wrong with it: a glance is taken only of what a builder would take.
*/
export class NodeGlance {
	readonly #onNode: (glance: Glance) => void;
	/** Bits of members. */
	#seen = 0;
	readonly #subtree = new Uint8Array(idLength);
	#contentLength = 0;
	/** The same for all nodes: there may be a million of them. */
	readonly #glance = new PlainGlance();

	constructor(onNode: (glance: Glance) => void) {
		this.#onNode = onNode;
	}

	/** The object begins at `at`. Returns where it ends; -1, with nothing said, when it is for the builder or goes on in the next piece. */
	read(bytes: Uint8Array, at: number): number {
		this.#seen = 0;
		this.#contentLength = 0;
		const glance = this.#glance;
		glance.begin();
		for (let next = at + 1; ; next++) {
			if (bytes[next] !== quote) return -1;
			const keyEnd = plainEnd(bytes, next + 1);
			const member = keyEnd < 0 || bytes[keyEnd + 1] !== 0x3a ? undefined : nodeMember(bytes, next + 1, keyEnd);
			if (!member || (this.#seen & memberBits[member]) !== 0) return -1;
			this.#seen |= memberBits[member];
			next = this.#value(member, bytes, keyEnd + 2);
			if (next < 0) return -1;
			if (bytes[next] === comma) continue;
			if (bytes[next] !== 0x7d || (this.#seen & needed) !== needed) return -1;
			if (glance.type !== 'file' && this.#contentLength > 0) return -1;
			if (this.#contentLength > 0) glance.content = ids.subarray(0, this.#contentLength);
			this.#onNode(glance);
			return next + 1;
		}
	}

	/** Where the value ends, or -1. */
	#value(member: NodeMember, bytes: Uint8Array, from: number): number {
		if (bytes[from] !== quote) return member === 'content' ? this.#content(bytes, from) : this.#number(member, bytes, from);
		switch (member) {
			case 'mtime':
			case 'atime':
			case 'ctime': {
				const end = plainTimeEnd(bytes, from + 1);
				return end >= 0 && bytes[end] === quote ? end + 1 : -1;
			}
			case 'name':
			case 'type':
			case 'user':
			case 'group':
			case 'linktarget':
			case 'subtree': {
				const end = plainEnd(bytes, from + 1);
				return end >= 0 && this.#text(member, bytes, from + 1, end) ? end + 1 : -1;
			}
			default:
				return -1;
		}
	}

	#text(member: 'name' | 'type' | 'user' | 'group' | 'linktarget' | 'subtree', bytes: Uint8Array, from: number, to: number): boolean {
		const glance = this.#glance;
		if (member === 'name') {
			glance.setName(bytes, from, to);
			return isNameAt(bytes, from, to);
		}
		if (member === 'type') {
			const type = types.find(([name]) => isText(bytes, from, to, name));
			if (type) glance.type = type[1];
			return type !== undefined;
		}
		if (member !== 'subtree') return true;
		glance.subtree = this.#subtree;
		return parseId(bytes, from, to, this.#subtree, 0);
	}

	#number(member: NodeMember, bytes: Uint8Array, from: number): number {
		const most = largest[member];
		if (most === undefined) return -1;
		let end = from;
		while (end < bytes.length && bytes[end]! >= 0x30 && bytes[end]! <= 0x39) end++;
		const value = parseUnsigned(bytes, from, end, most);
		if (value < 0) return -1;
		if (member === 'size') this.#glance.size = value;
		return end;
	}

	/** `null`, or IDs. */
	#content(bytes: Uint8Array, from: number): number {
		if (bytes[from] !== 0x5b) return isText(bytes, from, from + nullText.length, nullText) ? from + nullText.length : -1;
		if (bytes[from + 1] === 0x5d) return from + 2;
		for (let at = from + 1; ; at++) {
			const end = at + 1 + 2 * idLength;
			if (bytes[at] !== quote || bytes[end] !== quote) return -1;
			if (this.#contentLength === ids.length) growIds();
			if (!parseId(bytes, at + 1, end, ids, this.#contentLength)) return -1;
			this.#contentLength += idLength;
			at = end + 1;
			if (bytes[at] === 0x5d) return at + 1;
			if (bytes[at] !== comma) return -1;
		}
	}
}

const noContent = new Uint8Array(0);
const needed = memberBits.name | memberBits.type;

/** Few names are ever looked at. */
class PlainGlance implements Glance {
	type: Glance['type'] = 'other';
	size = 0;
	content = noContent;
	subtree: Uint8Array | undefined;
	#bytes: Uint8Array = noContent;
	#from = 0;
	#to = 0;

	begin(): void {
		this.type = 'other';
		this.size = 0;
		this.content = noContent;
		this.subtree = undefined;
	}

	get name(): Uint8Array {
		return this.#bytes.subarray(this.#from, this.#to);
	}

	setName(bytes: Uint8Array, from: number, to: number): void {
		this.#bytes = bytes;
		this.#from = from;
		this.#to = to;
	}
}

/** Nobody keeps them beyond a call, so that one place does for all trees. */
let ids = new Uint8Array(64 * idLength);

function growIds(): void {
	const bigger = new Uint8Array(ids.length * 2);
	bigger.set(ids);
	ids = bigger;
}

/** Where the quote is that ends a string; -1 when it holds escapes or goes on in the next piece. */
export function plainEnd(bytes: Uint8Array, from: number): number {
	for (let at = from; at < bytes.length; at++) {
		if (bytes[at] === quote) return at;
		if (bytes[at] === backslash) return -1;
	}
	return -1;
}
