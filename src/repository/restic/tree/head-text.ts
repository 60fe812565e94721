import {deviceNumber} from '../../device-number.ts';
import {goJsonString} from '../files/go-json.ts';
import {quoteName} from '../files/name-quoting.ts';
import {toGoMode} from './file-mode.ts';
import {extendedAttributesText} from './node-encoder.ts';
import {TimeText, isPlainTime} from './time-text.ts';
import type {EntryFacts, WalkedEntry} from '../../entry-facts.ts';
import type {EntryOwner} from '../../entry-run.ts';
import type {ByteText} from './byte-text.ts';
import type {TreeForm} from './node-encoder.ts';

const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');

export const nameHead = ascii('{"name":"');
const atime = ascii('","atime":"');
const ctime = ascii('","ctime":"');
const inode = ascii(',"inode":');
const size = ascii(',"size":');
const links = ascii(',"links":1');
const nothing: Uint8Array = new Uint8Array();

/** All members but the name, without what strings and owners add: short enough for one reservation. */
const longestRest = 512;
/** Of one byte of a name, quoted by Go and again as JSON. */
const longestQuotedByte = 8;

/** Bytes that stand for themselves in a name: printable ASCII that neither Go's quoting nor its JSON escapes. */
const plain = new Uint8Array(256);
for (let byte = 0x20; byte < 0x7f; byte++) plain[byte] = '"\\<>&'.includes(String.fromCharCode(byte)) ? 0 : 1;

/**
Writes the node of a regular file up to its content, straight from numbers: byte for byte what `NodeEncoder` writes, for the files that are most of
every volume. Entries with several names, odd times or huge inodes are left to the encoder.
*/
export class HeadText {
	readonly #form: TreeForm;
	readonly #times = new TimeText();
	#mode = -1;
	#kind: Uint8Array = nothing;
	#owner: {uid: number; gid: number; user: string | undefined; group: string | undefined; text: Uint8Array} = {uid: -1, gid: -1, user: undefined, group: undefined, text: nothing};
	#device: {major: number; minor: number; text: Uint8Array} = {major: -1, minor: -1, text: nothing};

	constructor(form: TreeForm) {
		this.#form = form;
	}

	/** Appends the head; false, and nothing of use in `text`, when the entry is not for this writer. `stored` gives change time and inode when the entry's own do not matter. */
	write({facts, names, from, to, user, group, attributes}: WalkedEntry, text: ByteText, stored?: StoredIdentity): boolean {
		if (facts.type !== 'file' || facts.links !== 1 || facts.inodeHigh >= 0x20_0000 || !isPlainTime(facts.mtimeSeconds) || !isPlainTime(facts.ctimeSeconds)) return false;
		const owner = this.#ownerText(facts, user, group);
		text.reserve(longestRest + owner.length + (to - from) * longestQuotedByte);
		let {bytes} = text;
		let at = put(bytes, text.length, nameHead);
		const nameAt = at;
		for (let index = from; index < to; index++) {
			const byte = names[index]!;
			if (plain[byte] === 0) {
				at = -1;
				break;
			}
			bytes[at++] = byte;
		}
		if (at < 0) at = nameAt + bytes.write(quoted(names, from, to), nameAt, 'utf8');

		if (facts.mode !== this.#mode) this.#setMode(facts.mode);
		at = put(bytes, at, this.#kind);
		const timeAt = at;
		at = this.#times.write(bytes, at, facts.mtimeSeconds, facts.mtimeNanoseconds);
		const timeEnd = at;
		at = put(bytes, at, atime);
		for (let index = timeAt; index < timeEnd; index++) bytes[at++] = bytes[index]!;
		at = put(bytes, at, ctime);
		at = stored ? put(bytes, at, stored.ctime) : this.#times.write(bytes, at, facts.ctimeSeconds, facts.ctimeNanoseconds);
		at = put(bytes, at, owner);
		if (stored) at = put(bytes, at, stored.inode);
		else if (facts.inodeHigh > 0 || facts.inodeLow > 0) at = putNumber(bytes, put(bytes, at, inode), facts.inodeHigh * 0x1_0000_0000 + facts.inodeLow);
		if (this.#form === 'restic') at = put(bytes, at, this.#deviceText(facts));
		if (facts.size > 0) at = putNumber(bytes, put(bytes, at, size), facts.size);
		at = put(bytes, at, links);
		text.length = at;
		if (attributes.length > 0) {
			text.write(extendedAttributesText(attributes));
			({bytes} = text);
		}
		return true;
	}

	#setMode(mode: number): void {
		const goMode = toGoMode(mode, 'file');
		this.#mode = mode;
		this.#kind = ascii(`","type":"file"${goMode ? `,"mode":${goMode}` : ''},"mtime":"`);
	}

	#ownerText({uid, gid}: EntryFacts, user: string | undefined, group: string | undefined): Uint8Array {
		const owner = this.#owner;
		if (owner.uid === uid && owner.gid === gid && owner.user === user && owner.group === group) return owner.text;
		const text = ownerText({uid, gid, user, group});
		this.#owner = {uid, gid, user, group, text};
		return text;
	}

	#deviceText({deviceMajor: major, deviceMinor: minor}: EntryFacts): Uint8Array {
		if (this.#device.major !== major || this.#device.minor !== minor) {
			this.#device = {major, minor, text: deviceText(deviceNumber(major, minor))};
		}
		return this.#device.text;
	}
}

/** What follows the digits of a node's change time, up to its inode. */
export const ownerText = ({uid, gid, user, group}: EntryOwner): Uint8Array =>
	Buffer.from(`","uid":${uid},"gid":${gid}${user ? `,"user":${goJsonString(user)}` : ''}${group ? `,"group":${goJsonString(group)}` : ''}`);

export const deviceText = (number: bigint): Uint8Array => (number ? ascii(`,"device_id":${number}`) : nothing);

/** The parts of a stored head that say which file it was: the time's digits, and the member `inode` with its comma. */
export type StoredIdentity = {ctime: Uint8Array; inode: Uint8Array};

const quoted = (names: Uint8Array, from: number, to: number): string => goJsonString(quoteName(names.subarray(from, to))).slice(1, -1);

function put(bytes: Uint8Array, at: number, text: Uint8Array): number {
	const {length} = text;
	for (let index = 0; index < length; index++) bytes[at + index] = text[index]!;
	return at + length;
}

/** A non-negative integer that a double holds exactly. */
function putNumber(bytes: Uint8Array, start: number, value: number): number {
	let digits = 1;
	for (let limit = 10; limit <= value; limit *= 10) digits++;
	let rest = value;
	let at = start + digits;
	while (rest > 0x7fff_ffff) {
		const next = Math.floor(rest / 10);
		bytes[--at] = 0x30 + (rest - next * 10);
		rest = next;
	}
	while (at > start) {
		const next = (rest / 10) | 0;
		bytes[--at] = 0x30 + (rest - next * 10);
		rest = next;
	}
	return start + digits;
}
