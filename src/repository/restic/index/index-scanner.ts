import {LazaretteError} from '../../../base/errors.ts';
import {idLength, parseId} from '../blob-id.ts';
import {Sealer} from '../crypto/sealer.ts';
import {JsonScanner, isText, parseUnsigned} from '../json-scanner.ts';
import {BlobText} from './blob-text.ts';
import {PackEntries} from './pack-entries.ts';
import type {JsonSink} from '../json-scanner.ts';

const text = (value: string): Uint8Array => Buffer.from(value, 'latin1');
const names = {packs: text('packs'), id: text('id'), blobs: text('blobs'), type: text('type'), offset: text('offset'), length: text('length'), uncompressed: text('uncompressed_length')};
const types = {data: text('data'), tree: text('tree')};
const nullText = text('null');
const maxUint32 = 0xffff_ffff;

/** Container levels of an index file: `{packs: [{id, blobs: [{…}]}]}`. */
const levels = {root: 1, packs: 2, pack: 3, blobs: 4, blob: 5} as const;

/**
Reads the JSON of one index file from pieces and hands over each pack when it is complete. `entries` is reused for the next one. Members that
this version does not know are skipped with all they hold: rustic's `time`, `size` and above all `packs_to_delete`, whose packs must not be used,
and `supersedes` of old restic versions.
*/
export class IndexScanner {
	readonly #json: JsonScanner;
	readonly #sink: IndexSink;

	/** `what` names the index file in errors. */
	constructor(onPack: (entries: PackEntries) => void, what: string) {
		this.#sink = new IndexSink(onPack, what);
		this.#json = new JsonScanner(this.#sink, what);
	}

	/** @throws RepositoryDamaged naming the index file */
	push(piece: Uint8Array): void {
		this.#json.push(piece);
	}

	/** @throws RepositoryDamaged when the file ends too early */
	end(): void {
		this.#json.end();
	}
}

class IndexSink implements JsonSink {
	readonly #onPack: (entries: PackEntries) => void;
	readonly #what: string;
	readonly #entries = new PackEntries();
	readonly #blob = new BlobText();
	#level = 0;
	/** Containers open inside a value that is skipped. */
	#skipped = 0;
	#member: keyof typeof names | undefined;

	#packKnown = false;
	readonly #id = new Uint8Array(idLength);
	#idKnown = false;
	#type: 'data' | 'tree' | undefined;
	#offset = -1;
	#length = -1;
	#uncompressed = 0;

	constructor(onPack: (entries: PackEntries) => void, what: string) {
		this.#onPack = onPack;
		this.#what = what;
	}

	beginObject(): void {
		if (this.#skips()) return;
		this.#level++;
		if (this.#level === levels.pack) {
			this.#entries.clear();
			this.#packKnown = false;
		} else if (this.#level === levels.blob) {
			this.#idKnown = false;
			this.#type = undefined;
			this.#offset = -1;
			this.#length = -1;
			this.#uncompressed = 0;
		} else if (this.#level !== levels.root) throw this.#damaged('an object where a list belongs');
	}

	endObject(): void {
		if (this.#unskips()) return;
		if (this.#level === levels.blob) this.#endBlob();
		else if (this.#level === levels.pack) {
			if (!this.#packKnown) throw this.#damaged('a pack without an ID');
			this.#onPack(this.#entries);
		}
		this.#level--;
	}

	beginArray(): void {
		if (this.#skips()) return;
		this.#level++;
		if (this.#level !== levels.packs && this.#level !== levels.blobs) throw this.#damaged('a list where an object belongs');
	}

	endArray(): void {
		if (this.#unskips()) return;
		this.#level--;
	}

	key(bytes: Uint8Array, from: number, to: number): void {
		if (this.#skipped > 0) return;
		this.#member = this.#memberOf(bytes, from, to);
	}

	string(bytes: Uint8Array, from: number, to: number): void {
		if (this.#skipped > 0) return;
		if (this.#member === 'id' && this.#level === levels.blob) this.#idKnown = parseId(bytes, from, to, this.#id, 0);
		else if (this.#member === 'id' && this.#level === levels.pack) this.#packKnown = parseId(bytes, from, to, this.#entries.packId, 0);
		else if (this.#member === 'type') this.#type = isText(bytes, from, to, types.data) ? 'data' : isText(bytes, from, to, types.tree) ? 'tree' : undefined;
		else if (this.#member) throw this.#damaged(`a text as ${this.#member}`);
	}

	literal(bytes: Uint8Array, from: number, to: number): void {
		if (this.#skipped > 0) return;
		if (this.#member === 'offset') this.#offset = parseUnsigned(bytes, from, to, maxUint32);
		else if (this.#member === 'length') this.#length = parseUnsigned(bytes, from, to, maxUint32);
		else if (this.#member === 'uncompressed') this.#uncompressed = parseUnsigned(bytes, from, to, maxUint32);
		// Go writes an empty list as null.
		else if (this.#member && !(isText(bytes, from, to, nullText) && (this.#member === 'packs' || this.#member === 'blobs'))) throw this.#damaged(`no valid ${this.#member}`);
	}

	/** A blob as restic and we write it. */
	wholeObject(bytes: Uint8Array, at: number): number {
		if (this.#skipped > 0 || this.#level !== levels.blobs) return -1;
		return this.#blob.read(bytes, at, this.#entries);
	}

	#endBlob(): void {
		if (!this.#idKnown || !this.#type) throw this.#damaged('a blob without a valid ID or type');
		if (this.#offset < 0 || this.#length < Sealer.overhead || this.#uncompressed < 0) throw this.#damaged('a blob without a valid offset or length');
		this.#entries.add(this.#type, this.#id, 0, this.#offset, this.#length, this.#uncompressed);
	}

	#memberOf(bytes: Uint8Array, from: number, to: number): keyof typeof names | undefined {
		const is = (name: keyof typeof names): boolean => isText(bytes, from, to, names[name]);
		if (this.#level === levels.blob) return is('id') ? 'id' : is('type') ? 'type' : is('offset') ? 'offset' : is('length') ? 'length' : is('uncompressed') ? 'uncompressed' : undefined;
		if (this.#level === levels.pack) return is('id') ? 'id' : is('blobs') ? 'blobs' : undefined;
		return is('packs') ? 'packs' : undefined;
	}

	/** Inside a list there is no member: what it holds belongs to the list. */
	#skips(): boolean {
		const inObject = this.#level === levels.root || this.#level === levels.pack || this.#level === levels.blob;
		const known = !inObject || this.#member === 'packs' || this.#member === 'blobs';
		if (this.#skipped === 0 && known) return false;
		this.#skipped++;
		return true;
	}

	#unskips(): boolean {
		if (this.#skipped === 0) return false;
		this.#skipped--;
		return true;
	}

	#damaged(why: string): LazaretteError {
		return new LazaretteError('RepositoryDamaged', `${this.#what} holds ${why}`);
	}
}
