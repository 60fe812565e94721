import {LazaretteError} from '../../../base/errors.ts';
import {idLength, parseId} from '../blob-id.ts';
import {JsonScanner, isText} from '../json-scanner.ts';
import type {JsonSink} from '../json-scanner.ts';

/** What a tree refers to; `id` is only valid during the call. */
export type ReferenceSink = {data(id: Uint8Array): void; tree(id: Uint8Array): void};

/** Containers open where a node's members, and the IDs of its content, stand: `{nodes: [{…, content: [id, …], subtree: id}]}`. */
const levels = {nodes: 2, node: 3, content: 4} as const;

/**
Finds in the JSON of a tree, piece by piece, the IDs it refers to, and makes no objects. What is not found here will be deleted: IDs count in nodes
of every type, names of members in every spelling that Go's reader takes, and what makes no sense is damage, never skipped.
*/
export class TreeReferences {
	readonly #json: JsonScanner;

	/** `what` names the tree in errors. */
	constructor(sink: ReferenceSink, what: string) {
		this.#json = new JsonScanner(new References(sink, what), what);
	}

	/** @throws RepositoryDamaged naming the tree */
	push(piece: Uint8Array): void {
		this.#json.push(piece);
	}

	/** @throws RepositoryDamaged when the tree ends too early */
	end(): void {
		this.#json.end();
	}
}

type Member = 'nodes' | 'content' | 'subtree' | undefined;

class References implements JsonSink {
	readonly #sink: ReferenceSink;
	readonly #what: string;
	readonly #id = new Uint8Array(idLength);
	#depth = 0;
	/** The last key read at level 1 and at the node's level. */
	#root: Member;
	#member: Member;

	constructor(sink: ReferenceSink, what: string) {
		this.#sink = sink;
		this.#what = what;
	}

	beginObject(): void {
		this.#depth++;
		if (this.#root === 'nodes' && this.#depth === levels.nodes) throw this.#damaged('an object as list of nodes');
		if (this.#isReference) throw this.#damaged(`an object in ${this.#member}`);
		if (this.#depth === levels.node) this.#member = undefined;
	}

	endObject(): void {
		this.#depth--;
	}

	beginArray(): void {
		this.#depth++;
		if (this.#root === 'nodes' && this.#depth === levels.node) throw this.#damaged('a list where a node belongs');
		if (this.#isReference && !(this.#member === 'content' && this.#depth === levels.content)) throw this.#damaged(`a list in ${this.#member}`);
	}

	endArray(): void {
		this.#depth--;
	}

	key(bytes: Uint8Array, from: number, to: number): void {
		if (this.#depth === 1) this.#root = memberOf(bytes, from, to);
		else if (this.#depth === levels.node) this.#member = memberOf(bytes, from, to);
	}

	string(bytes: Uint8Array, from: number, to: number): void {
		if (this.#root !== 'nodes') return;
		if (this.#member === 'content' && this.#depth === levels.content) this.#sink.data(this.#parse(bytes, from, to));
		else if (this.#member === 'subtree' && this.#depth === levels.node) this.#sink.tree(this.#parse(bytes, from, to));
		else if (this.#depth <= levels.nodes || (this.#member === 'content' && this.#depth === levels.node)) throw this.#damaged('a text where a list belongs');
	}

	literal(bytes: Uint8Array, from: number, to: number): void {
		if (this.#root !== 'nodes') return;
		const isMissing = isText(bytes, from, to, nullText);
		if (this.#depth === levels.nodes || this.#isIdList || (this.#depth === 1 && !isMissing) || (this.#depth === levels.node && (this.#member === 'content' || this.#member === 'subtree') && !isMissing)) {
			throw this.#damaged(`${Buffer.from(bytes.subarray(from, to)).toString('latin1')} where an ID or a node belongs`);
		}
	}

	get #isReference(): boolean {
		return this.#root === 'nodes' && this.#depth >= levels.content && (this.#member === 'content' || this.#member === 'subtree');
	}

	get #isIdList(): boolean {
		return this.#member === 'content' && this.#depth === levels.content;
	}

	#parse(bytes: Uint8Array, from: number, to: number): Uint8Array {
		if (!parseId(bytes, from, to, this.#id, 0)) throw this.#damaged(`${this.#member} "${Buffer.from(bytes.subarray(from, Math.min(to, from + 80))).toString('latin1')}", which is no ID`);
		return this.#id;
	}

	#damaged(why: string): LazaretteError {
		return new LazaretteError('RepositoryDamaged', `${this.#what} holds ${why}`);
	}
}

const nullText = Buffer.from('null');
const members = ['nodes', 'content', 'subtree'] as const;
const backslash = 0x5c;

/** Go takes keys whatever their case, and escapes in them. */
function memberOf(bytes: Uint8Array, from: number, to: number): Member {
	for (const name of members) if (matches(bytes, from, to, name)) return name;
	if (bytes.subarray(from, to).includes(backslash)) {
		const name = (JSON.parse(`"${Buffer.from(bytes.subarray(from, to)).toString('utf8')}"`) as string).toLowerCase();
		return members.find(member => member === name);
	}
	return undefined;
}

function matches(bytes: Uint8Array, from: number, to: number, name: string): boolean {
	if (to - from !== name.length) return false;
	for (let index = 0; index < name.length; index++) if ((bytes[from + index]! | 0x20) !== name.charCodeAt(index)) return false;
	return true;
}
