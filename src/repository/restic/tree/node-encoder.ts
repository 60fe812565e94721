import {isUtf8} from 'node:buffer';
import {LazaretteError} from '../../../base/errors.ts';
import {goJson, goJsonBytes, goJsonString} from '../files/go-json.ts';
import {formatGoTime} from '../files/go-time.ts';
import {quoteName} from '../files/name-quoting.ts';
import {toGoMode} from './file-mode.ts';
import {invalidName} from './node-name.ts';
import type {ExtendedAttribute, Node} from '../../node.ts';

/**
`restic`: byte for byte the tree that restic itself would write. `canonical`: the same without what changes although no file does: `device_id` is
written for hard-linked files only, and there counts file systems from 1, so that a volume mounted anew or cloned by CSI gives the same trees.
*/
export type TreeForm = 'canonical' | 'restic';

/** Receives a tree's text in pieces. */
export type TreeText = {
	write(text: string): void;
	/** IDs of 32 raw bytes each, to be written as quoted hex with commas between. */
	writeIds(ids: Uint8Array): void;
};

export const treeHead = '{"nodes":[';
/** restic ends a tree with a newline; without it the same directory would have another ID there. */
export const treeTail = ']}\n';

/** Types whose link count restic keeps. */
const countsLinks: ReadonlySet<Node['type']> = new Set(['file', 'symlink', 'dev', 'chardev']);

/** Foreign members with a place of their own among the known ones; all others come last. */
const placed = new Set(['generic_attributes', 'error']);

/** Writes nodes as restic's JSON: its order of members, and Go's rules for which are left out. */
export class NodeEncoder {
	readonly #form: TreeForm;
	readonly #fileSystems = new Map<bigint, bigint>();

	constructor(form: TreeForm) {
		this.#form = form;
	}

	/** @throws BadRequest for a name that no directory entry can have */
	write(node: Node, text: TreeText): void {
		const invalid = invalidName(node.name);
		if (invalid) throw new LazaretteError('BadRequest', `the name "${quoteName(node.name)}" ${invalid}: no archive can hold it`);

		const mtime = formatGoTime(node.mtimeNs);
		let head = `{"name":${goJsonString(quoteName(node.name))},"type":"${node.type}"`;
		const mode = toGoMode(node.mode, node.type);
		if (mode) head += `,"mode":${mode}`;
		head += `,"mtime":"${mtime}","atime":"${node.atimeNs === node.mtimeNs ? mtime : formatGoTime(node.atimeNs)}","ctime":"${node.ctimeNs === node.mtimeNs ? mtime : formatGoTime(node.ctimeNs)}"`;
		head += `,"uid":${node.uid},"gid":${node.gid}`;
		if (node.user) head += `,"user":${goJsonString(node.user)}`;
		if (node.group) head += `,"group":${goJsonString(node.group)}`;
		if (node.inode) head += `,"inode":${node.inode}`;
		const device = this.#deviceId(node);
		if (device) head += `,"device_id":${device}`;
		if (node.size && node.type === 'file') head += `,"size":${node.size}`;
		if (node.links && countsLinks.has(node.type)) head += `,"links":${node.links}`;
		if (node.linkTarget?.length) head += linkTarget(node.linkTarget);
		if (node.extendedAttributes?.length) head += extendedAttributesText(node.extendedAttributes);
		const generic = node.foreign?.['generic_attributes'];
		if (generic !== undefined) head += `,"generic_attributes":${goJson(generic)}`;
		if (node.device) head += `,"device":${node.device}`;

		if (node.type === 'file') {
			text.write(`${head},"content":[`);
			if (node.content?.length) text.writeIds(node.content);
			text.write(`]${tail(node)}`);
		} else text.write(`${head},"content":null${tail(node)}`);
	}

	#deviceId(node: Node): bigint {
		if (this.#form === 'restic') return node.deviceId;
		if (node.links < 2 || !countsLinks.has(node.type)) return 0n;
		const known = this.#fileSystems.get(node.deviceId);
		if (known !== undefined) return known;
		const number = BigInt(this.#fileSystems.size + 1);
		this.#fileSystems.set(node.deviceId, number);
		return number;
	}
}

function tail(node: Node): string {
	let text = '';
	if (node.subtree) text += `,"subtree":"${node.subtree}"`;
	if (node.foreign) {
		if (node.foreign['error'] !== undefined) text += `,"error":${goJson(node.foreign['error'])}`;
		for (const [name, value] of Object.entries(node.foreign)) if (!placed.has(name)) text += `,${goJsonString(name)}:${goJson(value)}`;
	}
	return `${text}}`;
}

/** A target that is no UTF-8 is also kept as it is; readers prefer that. */
const linkTarget = (target: Buffer): string =>
	isUtf8(target) ? `,"linktarget":${goJsonString(target.toString('utf8'))}` : `,"linktarget":${goJsonBytes(target)},"linktarget_raw":"${target.toString('base64')}"`;

export const extendedAttributesText = (attributes: readonly ExtendedAttribute[]): string =>
	`,"extended_attributes":[${attributes.map(({name, value}) => `{"name":${goJsonBytes(name)},"value":"${value.toString('base64')}"}`).join(',')}]`;
