// Recognises files of which a stored tree says exactly what the kernel does (struct statx, linux/stat.h), with no value of JavaScript for any of them. The node that a
// file would get is written from its status and compared with the tree's text, as head-text.ts and stored-match.ts do for one entry of any kind, and with the reasons given there.

import {readId} from './hex';

const COMMA: u8 = 0x2c;
const QUOTE: u8 = 0x22;
const ID_TEXT: usize = 66;

const TYPE: u32 = 0o170000;
const REGULAR: u32 = 0o100000;
/** The first inode that a double does not hold exactly. */
const LARGE: u64 = 0x20_0000_0000_0000;
/** The first second of the year 10000. */
const LAST_SECOND: u64 = 253_402_300_800;
const DAY: u64 = 86_400;

/** What is the same for all entries until `setOwner` or `setDevice` is called again: their owner, and the device where that is recorded. */
let uid: u32 = 0;
let gid: u32 = 0;
let ownerText: usize = 0;
let ownerLength: usize = 0;
let isDeviceRecorded = false;
let major: u32 = 0;
let minor: u32 = 0;
let deviceText: usize = 0;
let deviceLength: usize = 0;

/** Where the next ID of content goes. */
let nextId: usize = 0;
let lastId: usize = 0;

export function setOwner(user: u32, group: u32, text: usize, length: usize): void {
	uid = user;
	gid = group;
	ownerText = text;
	ownerLength = length;
}

export function setDevice(upper: u32, lower: u32, text: usize, length: usize): void {
	isDeviceRecorded = true;
	major = upper;
	minor = lower;
	deviceText = text;
	deviceLength = length;
}

/**
How many of `count` entries are, one after another, the nodes of the text [text, limit), which begins with one. The entries' statuses and names lie `stride` bytes apart. For each of them
16 bytes at `results`: where its node ends, where its IDs end (from `ids` on, 32 bytes each, not beyond `idsEnd`), and its size as a double. `draft` has room for one node without content.
*/
export function match(status: usize, name: usize, stride: usize, count: i32, text: usize, limit: usize, draft: usize, ids: usize, idsEnd: usize, results: usize): i32 {
	let at = text;
	let result = results;
	nextId = ids;
	lastId = idsEnd;
	let matched = 0;
	for (; matched < count; matched++) {
		if (matched > 0) {
			if (at >= limit || load<u8>(at) !== COMMA) break;
			at++;
		}
		const length = writeHead(status, name, draft);
		if (length === 0 || at + length >= limit || !isSame(at, draft, length)) break;
		const size = load<u64>(status, 40);
		at = contentEnd(at + length, limit, size === 0);
		if (at === 0) break;
		store<u32>(result, <u32>at);
		store<u32>(result, <u32>nextId, 4);
		store<f64>(result, <f64>size, 8);
		result += 16;
		status += stride;
		name += stride;
	}
	return matched;
}

/** Writes the node up to its content. Returns its length; 0 for an entry that is not for this writer. */
function writeHead(status: usize, name: usize, start: usize): usize {
	const mode = <u32>load<u16>(status, 28);
	const inode = load<u64>(status, 32);
	const size = load<u64>(status, 40);
	const ctime = load<u64>(status, 96);
	const mtime = load<u64>(status, 112);
	if ((mode & TYPE) !== REGULAR || load<u32>(status, 16) !== 1 || inode >= LARGE || size >= LARGE || ctime >= LAST_SECOND || mtime >= LAST_SECOND) return 0;
	if (load<u32>(status, 20) !== uid || load<u32>(status, 24) !== gid) return 0;
	if (isDeviceRecorded && (load<u32>(status, 136) !== major || load<u32>(status, 140) !== minor)) return 0;

	let at = put(start, '{"name":"');
	const nameAt = at;
	for (let byte = load<u8>(name); byte !== 0; byte = load<u8>(++name)) {
		if (!isPlain(byte)) return 0;
		store<u8>(at++, byte);
	}
	if (at === nameAt) return 0;
	at = put(at, '","type":"file"');
	const permissions = (mode & 0o777) | ((mode & 0o4000) << 12) | ((mode & 0o2000) << 12) | ((mode & 0o1000) << 11);
	if (permissions !== 0) at = putNumber(put(at, ',"mode":'), permissions);
	at = put(at, ',"mtime":"');
	const timeAt = at;
	at = putTime(at, mtime, load<u32>(status, 120));
	const timeLength = at - timeAt;
	at = put(at, '","atime":"');
	memory.copy(at, timeAt, timeLength);
	at = put(at + timeLength, '","ctime":"');
	at = putTime(at, ctime, load<u32>(status, 104));
	memory.copy(at, ownerText, ownerLength);
	at += ownerLength;
	if (inode > 0) at = putNumber(put(at, ',"inode":'), inode);
	memory.copy(at, deviceText, deviceLength);
	at += deviceLength;
	if (size > 0) at = putNumber(put(at, ',"size":'), size);
	at = put(at, ',"links":1');
	return at - start;
}

/** Where the node ends whose content begins at `start`, 0 unless it has one and ends there. */
function contentEnd(start: usize, limit: usize, isEmpty: bool): usize {
	const head = ',"content":[';
	const headLength = <usize>head.length;
	if (start + headLength + ID_TEXT + 2 > limit) return 0;
	for (let index: usize = 0; index < headLength; index++) if (load<u8>(start + index) !== <u8>head.charCodeAt(<i32>index)) return 0;
	let at = start + headLength;
	if (load<u16>(at) === 0x7d5d) return isEmpty ? at + 2 : 0;
	while (at + ID_TEXT + 2 <= limit && nextId !== lastId) {
		if (load<u8>(at) !== QUOTE || !readId(at + 1, nextId) || load<u8>(at, 65) !== QUOTE) return 0;
		nextId += 32;
		at += ID_TEXT;
		if (load<u16>(at) === 0x7d5d) return at + 2;
		if (load<u8>(at) !== COMMA) return 0;
		at++;
	}
	return 0;
}

/** Whether the byte stands for itself in a name: printable ASCII that neither Go's quoting nor its JSON escapes. */
// @ts-ignore: decorator
@inline
function isPlain(byte: u8): bool {
	return byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c && byte !== 0x3c && byte !== 0x3e && byte !== 0x26;
}

function isSame(a: usize, b: usize, length: usize): bool {
	let index: usize = 0;
	for (; index + 8 <= length; index += 8) if (load<u64>(a + index) !== load<u64>(b + index)) return false;
	for (; index < length; index++) if (load<u8>(a + index) !== load<u8>(b + index)) return false;
	return true;
}

/** ASCII. */
// @ts-ignore: decorator
@inline
function put(at: usize, text: string): usize {
	const length = text.length;
	for (let index = 0; index < length; index++) store<u8>(at + index, <u8>text.charCodeAt(index));
	return at + length;
}

function putNumber(start: usize, value: u64): usize {
	let digits: usize = 1;
	for (let limit: u64 = 10; limit <= value; limit *= 10) digits++;
	let rest = value;
	for (let at = start + digits - 1; at >= start; at--) {
		store<u8>(at, <u8>(0x30 + (rest % 10)));
		rest /= 10;
	}
	return start + digits;
}

function putTwoDigits(at: usize, value: u32): usize {
	store<u8>(at, <u8>(0x30 + value / 10));
	store<u8>(at, <u8>(0x30 + (value % 10)), 1);
	return at + 2;
}

/** RFC 3339 in UTC, trailing zeros of the fraction trimmed. Years begin in March here, as in time-text.ts. */
function putTime(start: usize, seconds: u64, nanoseconds: u32): usize {
	const sinceMarch0 = <u32>(seconds / DAY) + 719_468;
	const ofDay = <u32>(seconds % DAY);
	const cycle = sinceMarch0 / 146_097;
	const ofCycle = sinceMarch0 % 146_097;
	const yearOfCycle = (ofCycle - ofCycle / 1460 + ofCycle / 36_524 - ofCycle / 146_096) / 365;
	const ofYear = ofCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100);
	const monthFromMarch = (5 * ofYear + 2) / 153;
	const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
	const year = cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0);
	let at = putTwoDigits(putTwoDigits(start, year / 100), year % 100);
	at = putTwoDigits(putByte(at, 0x2d), month);
	at = putTwoDigits(putByte(at, 0x2d), ofYear - (153 * monthFromMarch + 2) / 5 + 1);
	at = putTwoDigits(putByte(at, 0x54), ofDay / 3600);
	at = putTwoDigits(putByte(at, 0x3a), (ofDay / 60) % 60);
	at = putTwoDigits(putByte(at, 0x3a), ofDay % 60);
	if (nanoseconds > 0) {
		store<u8>(at, 0x2e);
		let rest = nanoseconds;
		for (let place: usize = 9; place > 0; place--) {
			store<u8>(at + place, <u8>(0x30 + (rest % 10)));
			rest /= 10;
		}
		at += 9;
		while (load<u8>(at) === 0x30) at--;
		at++;
	}
	return putByte(at, 0x5a);
}

// @ts-ignore: decorator
@inline
function putByte(at: usize, byte: u8): usize {
	store<u8>(at, byte);
	return at + 1;
}
