import {LazaretteError} from '../../../base/errors.ts';
import {JsonScanner} from '../json-scanner.ts';
import {JsonValueBuilder, decodeJsonString} from './json-value.ts';
import {NodeBuilder} from './node-builder.ts';
import {nodeMember} from './node-members.ts';
import type {Node} from '../../node.ts';
import type {JsonSink} from '../json-scanner.ts';
import type {NodeGlance} from './node-glance.ts';
import type {NodeMember} from './node-members.ts';
import type {PlainFiles} from './plain-files.ts';

/** Levels of a tree: `{nodes: [{…, content: […]}]}`. */
const levels = {root: 1, nodes: 2, node: 3, content: 4} as const;

/** Reads a tree's JSON from pieces; never holds more than one node besides those it returns. */
export class TreeScanner {
	readonly #json: JsonScanner;
	readonly #sink: TreeSink;
	readonly #what: string;

	/** `what` names the tree in errors. Ordinary nodes go to `glance`, if it is given, and are not returned; `PlainFiles` returns those of files all the same, only sooner. */
	constructor(what: string, glance?: NodeGlance | PlainFiles) {
		this.#what = what;
		this.#sink = new TreeSink(what, glance);
		this.#json = new JsonScanner(this.#sink, what);
	}

	/** The nodes that are complete with this piece, in stored order. @throws RepositoryDamaged naming tree, node and member */
	push(piece: Uint8Array): Node[] {
		try {
			this.#json.push(piece);
		} catch (error) {
			if (error instanceof SyntaxError) throw new LazaretteError('RepositoryDamaged', `${this.#what} holds a member with invalid JSON`, {cause: error});
			throw error;
		}
		return this.#sink.take();
	}

	/** @throws RepositoryDamaged when the tree ends too early */
	end(): void {
		this.#json.end();
	}
}

class TreeSink implements JsonSink {
	readonly #what: string;
	readonly #builder: NodeBuilder;
	#nodes: Node[] = [];
	#level = 0;
	#member: NodeMember | undefined;
	/** Name of a member without a field of its own. */
	#foreign = '';
	readonly #value = new JsonValueBuilder();
	/** Containers open in a value that goes to `#value`. */
	#building = 0;
	readonly wholeObject: JsonSink['wholeObject'];

	constructor(what: string, glance: NodeGlance | PlainFiles | undefined) {
		this.#what = what;
		this.#builder = new NodeBuilder(what);
		this.wholeObject = glance && ((bytes, at) => (this.#level === levels.nodes && this.#building === 0 ? glance.read(bytes, at, this.#nodes) : -1));
	}

	take(): Node[] {
		const nodes = this.#nodes;
		this.#nodes = [];
		return nodes;
	}

	beginObject(): void {
		if (this.#building > 0 || this.#level === levels.node || this.#level === levels.root) this.#build('object');
		else if (this.#level === levels.content) throw this.#damaged('an object as content ID');
		else if (++this.#level === levels.node) this.#builder.begin();
	}

	endObject(): void {
		if (this.#building > 0) this.#built();
		else if (this.#level-- === levels.node) this.#nodes.push(this.#builder.finish());
	}

	beginArray(): void {
		if (this.#building > 0) this.#build('array');
		else if (this.#level === levels.root && this.#foreign === 'nodes') this.#level = levels.nodes;
		else if (this.#level === levels.node && this.#member === 'content') this.#level = levels.content;
		else if (this.#level === levels.root || this.#level === levels.node) this.#build('array');
		else throw this.#damaged('a list where a node belongs');
	}

	endArray(): void {
		if (this.#building > 0) this.#built();
		else this.#level--;
	}

	key(bytes: Uint8Array, from: number, to: number): void {
		if (this.#building > 0) {
			this.#value.key(bytes, from, to);
			return;
		}
		this.#member = this.#level === levels.node ? nodeMember(bytes, from, to) : undefined;
		this.#foreign = this.#member ? '' : decodeJsonString(bytes, from, to);
	}

	string(bytes: Uint8Array, from: number, to: number): void {
		if (this.#building > 0) this.#value.string(bytes, from, to);
		else if (this.#level === levels.content) this.#builder.contentId(bytes, from, to);
		else if (this.#level === levels.node && this.#member) this.#builder.string(this.#member, bytes, from, to);
		else if (this.#level === levels.node) this.#builder.foreign(this.#foreign, decodeJsonString(bytes, from, to));
		else if (this.#level === levels.nodes) throw this.#damaged('a text where a node belongs');
	}

	literal(bytes: Uint8Array, from: number, to: number): void {
		if (this.#building > 0) this.#value.literal(bytes, from, to);
		else if (this.#level === levels.node && this.#member) this.#builder.literal(this.#member, bytes, from, to);
		else if (this.#level === levels.node) {
			this.#value.literal(bytes, from, to);
			this.#builder.foreign(this.#foreign, this.#value.take()!);
		} else if (this.#level === levels.content || this.#level === levels.nodes) throw this.#damaged('a number where a node or an ID belongs');
	}

	#build(kind: 'object' | 'array'): void {
		this.#building++;
		this.#value.begin(kind);
	}

	#built(): void {
		this.#value.end();
		if (--this.#building > 0) return;
		const value = this.#value.take()!;
		if (this.#level !== levels.node) return;
		if (this.#member === 'extended_attributes') this.#builder.extendedAttributes(value);
		else if (this.#member) throw this.#damaged(`no simple value as ${this.#member}`);
		else this.#builder.foreign(this.#foreign, value);
	}

	#damaged(why: string): LazaretteError {
		return new LazaretteError('RepositoryDamaged', `${this.#what} holds ${why}`);
	}
}
