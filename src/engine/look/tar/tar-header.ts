import {isAscii, isUtf8} from 'node:buffer';
import {formatLinuxAcl} from './linux-acl.ts';
import {encodePax, paxTime} from './pax-records.ts';
import type {ExtendedAttribute, Node, NodeType} from '../../../repository/node.ts';
import type {PaxRecord} from './pax-records.ts';

const blockSize = 512;

/** What tar has a letter for; a socket is nothing that can be kept. */
export const tarTypes: Readonly<Partial<Record<NodeType, string>>> = {file: '0', symlink: '2', chardev: '3', dev: '4', dir: '5', fifo: '6'};
const paxType = 'x';

/** Two empty blocks. */
export const tarEnd = Buffer.alloc(2 * blockSize);

/** Zeros up to the next block. */
export const padding = (size: number): Buffer => Buffer.alloc((blockSize - (size % blockSize)) % blockSize);

/**
An entry's header as POSIX has it: a ustar block and, before it, a pax header for what that has no room for. `path`: from the archive's root, without a slash at either end. `size`: bytes of content
that follow. A hard link is a file of its own here.
*/
export function tarHeader(node: Node, path: Buffer, size: number): Buffer {
	const {type, mode, uid, gid, user = '', group = '', mtimeNs, linkTarget = Buffer.alloc(0), device = 0n, extendedAttributes = []} = node;
	const name = type === 'dir' ? Buffer.concat([path, Buffer.from('/')]) : path;
	const [userName, groupName] = [Buffer.from(user), Buffer.from(group)];
	const seconds = Number(mtimeNs / 1_000_000_000n);
	const texts = [...text('path', name, 100), ...text('linkpath', linkTarget, 100), ...text('uname', userName, 31), ...text('gname', groupName, 31)];
	const records: PaxRecord[] = [
		...(texts.every(({value}) => isUtf8(value)) ? [] : [{keyword: 'hdrcharset', value: 'BINARY'}]),
		...texts,
		...number('uid', uid, 7),
		...number('gid', gid, 7),
		...number('size', size, 11),
		...(mtimeNs % 1_000_000_000n === 0n && fits(seconds, 11) ? [] : [{keyword: 'mtime', value: paxTime(mtimeNs)}]),
		...extendedAttributes.map(attribute),
	];
	const isDevice = type === 'dev' || type === 'chardev';
	const main = block({name, mode, uid, gid, size, seconds, type: tarTypes[type] ?? '', linkTarget, userName, groupName, ...(isDevice && {major: majorOf(device), minor: minorOf(device)})});
	if (records.length === 0) return main;
	const pax = encodePax(records);
	const nameOfPax = Buffer.concat([Buffer.from('PaxHeaders/'), name.subarray(0, 80)]);
	return Buffer.concat([block({name: nameOfPax, mode: 0o644, uid: 0, gid: 0, size: pax.length, seconds, type: paxType}), pax, padding(pax.length), main]);
}

type TextRecord = {keyword: string; value: Buffer};

const text = (keyword: string, value: Buffer, room: number): TextRecord[] => (value.length <= room && isAscii(value) ? [] : [{keyword, value}]);

const number = (keyword: string, value: number, digits: number): PaxRecord[] => (fits(value, digits) ? [] : [{keyword, value: String(value)}]);

const fits = (value: number, digits: number): boolean => value >= 0 && value < 8 ** digits;

const acls = new Map([['system.posix_acl_access', 'SCHILY.acl.access'], ['system.posix_acl_default', 'SCHILY.acl.default']]);

/** Under the names that star has given them and GNU tar, libarchive and restic know; GNU tar escapes what would end a keyword. */
function attribute({name, value}: ExtendedAttribute): PaxRecord {
	const acl = acls.get(name.toString('latin1'));
	const entries = acl === undefined ? undefined : formatLinuxAcl(value);
	if (acl !== undefined && entries !== undefined) return {keyword: acl, value: entries};
	const escaped = Buffer.from(name.toString('latin1').replaceAll('%', '%25').replaceAll('=', '%3D'), 'latin1');
	return {keyword: Buffer.concat([Buffer.from('SCHILY.xattr.'), escaped]), value};
}

/** st_rdev as Linux has it. */
const majorOf = (device: bigint): number => Number(((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn));
const minorOf = (device: bigint): number => Number((device & 0xffn) | ((device >> 12n) & ~0xffn));

type Block = {name: Buffer; mode: number; uid: number; gid: number; size: number; seconds: number; type: string; linkTarget?: Buffer; userName?: Buffer; groupName?: Buffer; major?: number; minor?: number};

/** POSIX.1-2024, pax, "ustar Interchange Format". What does not fit is cut off or 0; the pax header before it then says what it is. */
function block({name, mode, uid, gid, size, seconds, type, linkTarget, userName, groupName, major = 0, minor = 0}: Block): Buffer {
	const header = Buffer.alloc(blockSize);
	const octal = (value: number, offset: number, digits: number): void => void header.write((fits(value, digits) ? value : 0).toString(8).padStart(digits, '0'), offset, 'latin1');
	name.copy(header, 0, 0, 100);
	octal(mode, 100, 7);
	octal(uid, 108, 7);
	octal(gid, 116, 7);
	octal(size, 124, 11);
	octal(seconds, 136, 11);
	header.write('        ', 148, 'latin1');
	header.write(type, 156, 'latin1');
	linkTarget?.copy(header, 157, 0, 100);
	header.write('ustar\x0000', 257, 'latin1');
	userName?.copy(header, 265, 0, 31);
	groupName?.copy(header, 297, 0, 31);
	octal(major, 329, 7);
	octal(minor, 337, 7);
	octal(header.reduce((sum, byte) => sum + byte, 0), 148, 6);
	// The checksum alone ends with a NUL and a space.
	header[154] = 0;
	return header;
}
