import {constants, endianness} from 'node:os';
import {noFacts} from '../../../repository/entry-facts.ts';
import type {EntryFacts} from '../../../repository/entry-facts.ts';
import type {NodeType} from '../../../repository/node.ts';
import type {Status} from '../file-system.ts';
import {statusOfFacts} from '../status-of-facts.ts';
import {atFlags} from './flags.ts';
import {failed} from './libc.ts';
import type {Libc} from './libc.ts';
import type {Paths} from './paths.ts';

/** Reads `struct statx` (linux/stat.h): 256 bytes, integers in the machine's byte order, hence the typed arrays over one buffer. */
export class StatusReader {
	readonly #libc: Libc;
	readonly #paths: Paths;
	readonly #raw = Buffer.alloc(256);
	readonly #words = new Uint32Array(this.#raw.buffer, this.#raw.byteOffset, 64);
	readonly #halves = new Uint16Array(this.#raw.buffer, this.#raw.byteOffset, 128);
	readonly #longs = new BigInt64Array(this.#raw.buffer, this.#raw.byteOffset, 32);

	readonly #facts = noFacts();
	/** Which half of a 64-bit integer comes first. */
	readonly #high = endianness() === 'LE' ? 1 : 0;
	readonly #low = 1 - this.#high;

	constructor(libc: Libc, paths: Paths) {
		this.#libc = libc;
		this.#paths = paths;
	}

	ofName(directory: number, name: Uint8Array): Status {
		return this.#read(directory, this.#paths.name(name), atFlags.noFollow);
	}

	/** As `ofName` for the name `names[from, to)`, into an object that is used again. */
	look(directory: number, names: Uint8Array, from: number, to: number, into: EntryFacts): void {
		if (this.#libc.statx(directory, this.#paths.nameIn(names, from, to), atFlags.noFollow, basicStats, this.#raw) < 0) throw failed(this.#libc, 'statx');
		this.#fill(into);
	}

	/** Undefined when there is nothing of that name: asked so often that an error with its stack would cost more than the call. */
	lookUp(directory: number, name: Uint8Array): Status | undefined {
		if (this.#libc.statx(directory, this.#paths.name(name), atFlags.noFollow, basicStats, this.#raw) >= 0) return this.#decode();
		if (this.#libc.errno() === constants.errno.ENOENT) return undefined;
		throw failed(this.#libc, 'statx');
	}

	ofFd(fd: number): Status {
		return this.#read(fd, this.#paths.empty, atFlags.emptyPath);
	}

	/** Follows links. */
	ofPath(path: Uint8Array): Status {
		return this.#read(atFlags.workingDirectory, this.#paths.name(path), 0);
	}

	mountId(fd: number): number {
		if (this.#libc.statx(fd, this.#paths.empty, atFlags.emptyPath, mountIdWanted, this.#raw) < 0) throw failed(this.#libc, 'statx');
		return Number(this.#longs[18]);
	}

	#read(directory: number, path: Uint8Array, flags: number): Status {
		if (this.#libc.statx(directory, path, flags, basicStats, this.#raw) < 0) throw failed(this.#libc, 'statx');
		return this.#decode();
	}

	#decode(): Status {
		this.#fill(this.#facts);
		return statusOfFacts(this.#facts);
	}

	#fill(facts: EntryFacts): void {
		const words = this.#words;
		const mode = this.#halves[14]!;
		facts.type = typeOf(mode);
		facts.mode = mode & 0o7777;
		facts.uid = words[5]!;
		facts.gid = words[6]!;
		facts.size = this.#number(5);
		facts.blocks = this.#number(6);
		facts.links = words[4]!;
		facts.mtimeSeconds = this.#number(14);
		facts.mtimeNanoseconds = words[30]!;
		facts.atimeSeconds = this.#number(8);
		facts.atimeNanoseconds = words[18]!;
		facts.ctimeSeconds = this.#number(12);
		facts.ctimeNanoseconds = words[26]!;
		facts.inodeHigh = words[8 + this.#high]!;
		facts.inodeLow = words[8 + this.#low]!;
		facts.deviceMajor = words[34]!;
		facts.deviceMinor = words[35]!;
		facts.specialMajor = words[32]!;
		facts.specialMinor = words[33]!;
	}

	/** The signed 64-bit integer at this place; sizes and times are far below what a double holds exactly. */
	#number(place: number): number {
		return (this.#words[2 * place + this.#high]! | 0) * 0x1_0000_0000 + this.#words[2 * place + this.#low]!;
	}
}

const basicStats = 0x7ff;
const mountIdWanted = 0x1000;

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
