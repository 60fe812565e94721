import {idLength, parseId} from '../blob-id.ts';
import {isText, parseUnsigned} from '../json-scanner.ts';
import {fromGoMode} from './file-mode.ts';
import {plainEnd} from './node-glance.ts';
import {memberBits, nodeMember} from './node-members.ts';
import {isNameAt} from './node-name.ts';
import {readPlainTime} from './plain-time.ts';
import type {Node} from '../../node.ts';
import type {NodeMember} from './node-members.ts';

const quote = 0x22;
const comma = 0x2c;
const fileText = Buffer.from('file', 'latin1');
const needed = memberBits.name | memberBits.type;
const maxUint32 = 0xffff_ffff;

/**
Makes the nodes of ordinary files, which trees have most of, straight from the bytes: what restic and we write of them. Whatever is not quite so ordinary (other types, escapes, extended attributes, members it does not
know, damage) it leaves to `NodeBuilder`, and takes nothing that a builder would not take for the same.
*/
export class PlainFiles {
	readonly #time = {seconds: 0, nanoseconds: 0};
	readonly #lastTime = {seconds: 0, nanoseconds: 0, ns: 0n};
	readonly #user = new LastText();
	readonly #group = new LastText();
	#content = new Uint8Array(32 * idLength);
	#contentLength = 0;
	#end = 0;
	#number = 0;
	#lastDevice = {number: 0, deviceId: 0n};

	/** The object begins at `at`. Returns where it ends, and has put its node into `nodes`; -1 when it is for the builder or goes on in the next piece. */
	read(bytes: Uint8Array, at: number, nodes: Node[]): number {
		let seen = 0;
		let [mode, uid, gid, size, links, inode, deviceId] = [0, 0, 0, 0, 0, 0, 0];
		let [mtimeNs, atimeNs, ctimeNs] = [0n, 0n, 0n];
		let name: Buffer | undefined;
		let user = '';
		let group = '';
		this.#contentLength = 0;
		for (let next = at + 1; ; next++) {
			if (bytes[next] !== quote) return -1;
			const keyEnd = plainEnd(bytes, next + 1);
			const member = keyEnd < 0 || bytes[keyEnd + 1] !== 0x3a ? undefined : nodeMember(bytes, next + 1, keyEnd);
			if (!member || (seen & memberBits[member]) !== 0) return -1;
			seen |= memberBits[member];
			if (!this.#value(member, bytes, keyEnd + 2)) return -1;
			const from = keyEnd + 3;
			switch (member) {
				case 'name':
					name = Buffer.copyBytesFrom(bytes, from, this.#end - 1 - from);
					break;
				case 'mtime': mtimeNs = this.#nanoseconds(); break;
				case 'atime': atimeNs = this.#nanoseconds(); break;
				case 'ctime': ctimeNs = this.#nanoseconds(); break;
				case 'user': user = this.#user.of(bytes, from, this.#end - 1); break;
				case 'group': group = this.#group.of(bytes, from, this.#end - 1); break;
				case 'mode': mode = fromGoMode(this.#number); break;
				case 'uid': uid = this.#number; break;
				case 'gid': gid = this.#number; break;
				case 'size': size = this.#number; break;
				case 'links': links = this.#number; break;
				case 'inode': inode = this.#number; break;
				case 'device_id': deviceId = this.#number; break;
				default:
			}
			next = this.#end;
			if (bytes[next] === comma) continue;
			if (bytes[next] !== 0x7d || (seen & needed) !== needed || !name) return -1;
			const node: Node = {
				name,
				type: 'file',
				mode,
				uid,
				gid,
				mtimeNs,
				atimeNs: seen & memberBits.atime ? atimeNs : mtimeNs,
				ctimeNs,
				inode: BigInt(inode),
				deviceId: this.#device(deviceId),
				links,
				size,
			};
			if (user) node.user = user;
			if (group) node.group = group;
			node.content = this.#content.slice(0, this.#contentLength);
			nodes.push(node);
			return next + 1;
		}
	}

	/** Reads the value at `from` into `#time`, `#number` or `#content`, and its end into `#end`; false for one that is not plain. */
	#value(member: NodeMember, bytes: Uint8Array, from: number): boolean {
		switch (member) {
			case 'name':
				return this.#text(bytes, from) && isNameAt(bytes, from + 1, this.#end - 1);
			case 'type':
				return this.#text(bytes, from) && isText(bytes, from + 1, this.#end - 1, fileText);
			case 'user':
			case 'group':
				return this.#text(bytes, from);
			case 'mtime':
			case 'atime':
			case 'ctime':
				return this.#text(bytes, from) && readPlainTime(bytes, from + 1, this.#end - 1, this.#time);
			case 'mode':
			case 'uid':
			case 'gid':
				return this.#unsigned(bytes, from, maxUint32);
			case 'size':
			case 'links':
			case 'inode':
			case 'device_id':
				return this.#unsigned(bytes, from, Number.MAX_SAFE_INTEGER);
			case 'content':
				return this.#ids(bytes, from);
			default:
				return false;
		}
	}

	#text(bytes: Uint8Array, from: number): boolean {
		const end = bytes[from] === quote ? plainEnd(bytes, from + 1) : -1;
		this.#end = end + 1;
		return end >= 0;
	}

	#unsigned(bytes: Uint8Array, from: number, most: number): boolean {
		let end = from;
		while (end < bytes.length && bytes[end]! >= 0x30 && bytes[end]! <= 0x39) end++;
		this.#number = parseUnsigned(bytes, from, end, most);
		this.#end = end;
		return this.#number >= 0;
	}

	#ids(bytes: Uint8Array, from: number): boolean {
		if (bytes[from] !== 0x5b) return false;
		this.#end = from + 2;
		if (bytes[from + 1] === 0x5d) return true;
		for (let at = from + 1; ; at++) {
			const end = at + 1 + 2 * idLength;
			if (bytes[at] !== quote || bytes[end] !== quote) return false;
			if (this.#contentLength === this.#content.length) this.#grow();
			if (!parseId(bytes, at + 1, end, this.#content, this.#contentLength)) return false;
			this.#contentLength += idLength;
			at = end + 1;
			this.#end = at + 1;
			if (bytes[at] === 0x5d) return true;
			if (bytes[at] !== comma) return false;
		}
	}

	#grow(): void {
		const bigger = new Uint8Array(this.#content.length * 2);
		bigger.set(this.#content);
		this.#content = bigger;
	}

	/** Most nodes hold the same time two or three times. */
	#nanoseconds(): bigint {
		const {seconds, nanoseconds} = this.#time;
		const last = this.#lastTime;
		if (seconds === last.seconds && nanoseconds === last.nanoseconds) return last.ns;
		last.seconds = seconds;
		last.nanoseconds = nanoseconds;
		return (last.ns = BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds));
	}

	#device(number: number): bigint {
		if (number !== this.#lastDevice.number) this.#lastDevice = {number, deviceId: BigInt(number)};
		return this.#lastDevice.deviceId;
	}
}

/** A text that is mostly the same as the one before. */
class LastText {
	#bytes = new Uint8Array(0);
	#text = '';

	of(bytes: Uint8Array, from: number, to: number): string {
		if (!isText(bytes, from, to, this.#bytes)) {
			this.#bytes = bytes.slice(from, to);
			this.#text = Buffer.from(this.#bytes).toString('utf8');
		}
		return this.#text;
	}
}
