import {endianness} from 'node:os';
import type {EntryFacts} from '../../../repository/entry-facts.ts';
import type {NodeType} from '../../../repository/node.ts';

/** STATX_BASIC_STATS. */
export const basicStats = 0x7ff;

/** Which half of a 64-bit integer comes first. */
const high = endianness() === 'LE' ? 1 : 0;
const low = 1 - high;
/** Where the mode lies in its word, of which the other half is spare. */
const modeShift = endianness() === 'LE' ? 0 : 16;

/** Reads a `struct statx` (linux/stat.h) that begins at `words[at]`. */
export function fillFacts(words: Uint32Array, at: number, facts: EntryFacts): void {
	const mode = (words[at + 7]! >>> modeShift) & 0xffff;
	facts.type = typeOf(mode);
	facts.mode = mode & 0o7777;
	facts.uid = words[at + 5]!;
	facts.gid = words[at + 6]!;
	facts.size = longAt(words, at + 10);
	facts.blocks = longAt(words, at + 12);
	facts.links = words[at + 4]!;
	facts.mtimeSeconds = longAt(words, at + 28);
	facts.mtimeNanoseconds = words[at + 30]!;
	facts.atimeSeconds = longAt(words, at + 16);
	facts.atimeNanoseconds = words[at + 18]!;
	facts.ctimeSeconds = longAt(words, at + 24);
	facts.ctimeNanoseconds = words[at + 26]!;
	facts.inodeHigh = words[at + 8 + high]!;
	facts.inodeLow = words[at + 8 + low]!;
	facts.deviceMajor = words[at + 34]!;
	facts.deviceMinor = words[at + 35]!;
	facts.specialMajor = words[at + 32]!;
	facts.specialMinor = words[at + 33]!;
}

/** A signed 64-bit integer; sizes and times are far below what a double holds exactly. */
const longAt = (words: Uint32Array, at: number): number => (words[at + high]! | 0) * 0x1_0000_0000 + words[at + low]!;

function typeOf(mode: number): NodeType {
	switch (mode & 0o170000) {
		case 0o040000:
			return 'dir';
		case 0o120000:
			return 'symlink';
		case 0o060000:
			return 'dev';
		case 0o020000:
			return 'chardev';
		case 0o010000:
			return 'fifo';
		case 0o140000:
			return 'socket';
		default:
			return 'file';
	}
}
