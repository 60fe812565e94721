import {LazaretteError} from '../../../base/errors.ts';
import {idLength, parseId} from '../blob-id.ts';
import {parseGoTime} from '../files/go-time.ts';
import {unquoteName} from '../files/name-quoting.ts';
import {parseUnsigned} from '../json-scanner.ts';
import {fromGoMode} from './file-mode.ts';
import {decodeJsonString} from './json-value.ts';
import {invalidName} from './node-name.ts';
import {readPlainTime} from './plain-time.ts';
import type {ExtendedAttribute, Node, NodeType} from '../../node.ts';
import type {JsonValue} from './json-value.ts';
import type {NodeMember} from './node-members.ts';

const nodeTypes: ReadonlySet<string> = new Set(['file', 'dir', 'symlink', 'dev', 'chardev', 'fifo', 'socket'] satisfies NodeType[]);
const maxUint32 = 0xffff_ffff;

type Draft = {-readonly [Member in keyof Node]?: Node[Member] | undefined};

/** Takes the members of one stored node as a scanner finds them, and makes the node of them. */
export class NodeBuilder {
	readonly #what: string;
	#draft: Draft = {};
	#type: string | undefined;
	#content = new Uint8Array(32 * idLength);
	#contentLength = 0;
	/** Most nodes hold the same time two or three times. */
	readonly #lastTime = {seconds: 0, nanoseconds: 0, ns: 0n};
	readonly #plainTime = {seconds: 0, nanoseconds: 0};

	/** `what` names the tree in errors. */
	constructor(what: string) {
		this.#what = what;
	}

	begin(): void {
		this.#draft = {};
		this.#type = undefined;
		this.#contentLength = 0;
	}

	string(member: NodeMember, bytes: Uint8Array, from: number, to: number): void {
		const draft = this.#draft;
		switch (member) {
			case 'name':
				draft.name = this.#name(bytes, from, to);
				break;
			case 'type':
				this.#type = ascii(bytes, from, to);
				break;
			case 'mtime':
				draft.mtimeNs = this.#time(bytes, from, to);
				break;
			case 'atime':
				draft.atimeNs = this.#time(bytes, from, to);
				break;
			case 'ctime':
				draft.ctimeNs = this.#time(bytes, from, to);
				break;
			case 'user':
			case 'group':
				draft[member] = this.#text(bytes, from, to);
				break;
			case 'linktarget':
				draft.linkTarget ??= Buffer.from(this.#text(bytes, from, to), 'utf8');
				break;
			case 'linktarget_raw':
				draft.linkTarget = Buffer.from(ascii(bytes, from, to), 'base64');
				break;
			case 'subtree':
				draft.subtree = this.#id(bytes, from, to);
				break;
			default:
				throw this.#damaged(`a text as ${member}`);
		}
	}

	literal(member: NodeMember, bytes: Uint8Array, from: number, to: number): void {
		const draft = this.#draft;
		// null is Go's way to leave a member out; `content` of everything but files is always null.
		if (bytes[from] === 0x6e) return;
		switch (member) {
			case 'mode':
				draft.mode = fromGoMode(this.#number(member, bytes, from, to, maxUint32));
				break;
			case 'uid':
			case 'gid':
				draft[member] = this.#number(member, bytes, from, to, maxUint32);
				break;
			case 'size':
			case 'links':
				draft[member] = this.#number(member, bytes, from, to, Number.MAX_SAFE_INTEGER);
				break;
			case 'inode':
			case 'device':
				draft[member] = this.#bigint(member, bytes, from, to);
				break;
			case 'device_id':
				draft.deviceId = this.#bigint(member, bytes, from, to);
				break;
			default:
				throw this.#damaged(`a number as ${member}`);
		}
	}

	/** One ID of `content`. A file of a terabyte has 700 000 of them, so they never become strings. */
	contentId(bytes: Uint8Array, from: number, to: number): void {
		if (this.#contentLength === this.#content.length) {
			const bigger = new Uint8Array(this.#content.length * 2);
			bigger.set(this.#content);
			this.#content = bigger;
		}
		if (!parseId(bytes, from, to, this.#content, this.#contentLength)) throw this.#damaged('an invalid ID in its content');
		this.#contentLength += idLength;
	}

	extendedAttributes(value: JsonValue): void {
		if (!Array.isArray(value)) throw this.#damaged('no list as extended_attributes');
		this.#draft.extendedAttributes = value.map((attribute): ExtendedAttribute => {
			const {name, value: base64} = (attribute ?? {}) as {name?: unknown; value?: unknown};
			if (typeof name !== 'string' || (typeof base64 !== 'string' && base64 !== null)) throw this.#damaged('an extended attribute without name or value');
			return {name: Buffer.from(name, 'utf8'), value: Buffer.from(base64 ?? '', 'base64')};
		});
	}

	foreign(name: string, value: JsonValue): void {
		this.#draft.foreign ??= {};
		Object.defineProperty(this.#draft.foreign, name, {value, enumerable: true, writable: true, configurable: true});
	}

	/** @throws RepositoryDamaged naming tree, node and member */
	finish(): Node {
		const draft = this.#draft;
		const invalid = invalidName(draft.name ?? Buffer.alloc(0));
		if (invalid) throw this.#damaged(`a name that ${invalid}`);
		if (this.#type === undefined || !nodeTypes.has(this.#type)) throw this.#damaged(`the unknown type "${this.#type ?? ''}"`);

		const node: Node = {
			name: draft.name!,
			type: this.#type as NodeType,
			mode: draft.mode ?? 0,
			uid: draft.uid ?? 0,
			gid: draft.gid ?? 0,
			mtimeNs: draft.mtimeNs ?? 0n,
			atimeNs: draft.atimeNs ?? draft.mtimeNs ?? 0n,
			ctimeNs: draft.ctimeNs ?? 0n,
			inode: draft.inode ?? 0n,
			deviceId: draft.deviceId ?? 0n,
			links: draft.links ?? 0,
			size: draft.size ?? 0,
		};
		if (draft.user) node.user = draft.user;
		if (draft.group) node.group = draft.group;
		if (draft.linkTarget) node.linkTarget = draft.linkTarget;
		if (draft.device !== undefined) node.device = draft.device;
		if (draft.extendedAttributes) node.extendedAttributes = draft.extendedAttributes;
		if (node.type === 'file') node.content = this.#content.slice(0, this.#contentLength);
		if (draft.subtree) node.subtree = draft.subtree;
		if (draft.foreign) node.foreign = draft.foreign;
		return node;
	}

	#name(bytes: Uint8Array, from: number, to: number): Buffer {
		let escaped = false;
		for (let at = from; at < to && !escaped; at++) escaped = bytes[at] === 0x5c;
		if (!escaped) return Buffer.copyBytesFrom(bytes, from, to - from);
		const name = unquoteName(this.#text(bytes, from, to));
		if (!name) throw this.#damaged('a name with invalid escapes');
		return name;
	}

	#text(bytes: Uint8Array, from: number, to: number): string {
		try {
			return decodeJsonString(bytes, from, to);
		} catch (error) {
			throw this.#damaged('a text with invalid escapes', error);
		}
	}

	#time(bytes: Uint8Array, from: number, to: number): bigint {
		const last = this.#lastTime;
		const plain = this.#plainTime;
		if (readPlainTime(bytes, from, to, plain)) {
			if (plain.seconds === last.seconds && plain.nanoseconds === last.nanoseconds) return last.ns;
			last.seconds = plain.seconds;
			last.nanoseconds = plain.nanoseconds;
			last.ns = BigInt(plain.seconds) * 1_000_000_000n + BigInt(plain.nanoseconds);
			return last.ns;
		}
		const text = ascii(bytes, from, to);
		const ns = parseGoTime(text);
		if (ns === undefined) throw this.#damaged(`the invalid time "${text}"`);
		return ns;
	}

	#id(bytes: Uint8Array, from: number, to: number): string {
		if (!parseId(bytes, from, to, scratchId, 0)) throw this.#damaged('an invalid subtree ID');
		return ascii(bytes, from, to);
	}

	#number(member: NodeMember, bytes: Uint8Array, from: number, to: number, max: number): number {
		const value = parseUnsigned(bytes, from, to, max);
		if (value < 0) throw this.#damaged(`the invalid ${member} ${ascii(bytes, from, to)}`);
		return value;
	}

	#bigint(member: NodeMember, bytes: Uint8Array, from: number, to: number): bigint {
		const small = parseUnsigned(bytes, from, to, Number.MAX_SAFE_INTEGER);
		if (small >= 0) return BigInt(small);
		const text = ascii(bytes, from, to);
		if (!/^\d{1,20}$/.test(text)) throw this.#damaged(`the invalid ${member} ${text}`);
		return BigInt(text);
	}

	#damaged(why: string, cause?: unknown): LazaretteError {
		const node = this.#draft.name ? `the node "${this.#draft.name.toString('utf8')}"` : 'a node';
		return new LazaretteError('RepositoryDamaged', `${this.#what}: ${node} has ${why}`, {cause});
	}
}

const scratchId = new Uint8Array(idLength);

const ascii = (bytes: Uint8Array, from: number, to: number): string => Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
