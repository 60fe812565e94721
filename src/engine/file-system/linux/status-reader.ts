import {constants} from 'node:os';
import type {NodeType} from '../../../repository/node.ts';
import type {Status} from '../file-system.ts';
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

	constructor(libc: Libc, paths: Paths) {
		this.#libc = libc;
		this.#paths = paths;
	}

	ofName(directory: number, name: Uint8Array): Status {
		return this.#read(directory, this.#paths.name(name), atFlags.noFollow);
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
		const words = this.#words;
		const longs = this.#longs;
		const mode = this.#halves[14]!;
		const type = typeOf(mode);
		return {
			type,
			mode: mode & 0o7777,
			uid: words[5]!,
			gid: words[6]!,
			size: Number(longs[5]!),
			blocks: Number(longs[6]!),
			links: words[4]!,
			mtimeNs: longs[14]! * 1_000_000_000n + BigInt(words[30]!),
			atimeNs: longs[8]! * 1_000_000_000n + BigInt(words[18]!),
			ctimeNs: longs[12]! * 1_000_000_000n + BigInt(words[26]!),
			inode: BigInt.asUintN(64, longs[4]!),
			deviceId: deviceNumber(words[34]!, words[35]!),
			device: type === 'dev' || type === 'chardev' ? deviceNumber(words[32]!, words[33]!) : 0n,
		};
	}
}

const basicStats = 0x7ff;
const mountIdWanted = 0x1000;

/** Linux' encoding of a device number, as `makedev` of the C library makes it (sys/sysmacros.h). */
const deviceNumber = (major: number, minor: number): bigint =>
	major < 0x1000 && minor < 0x100
		? BigInt((major << 8) | minor)
		: (BigInt(major & 0xfffff000) << 32n) | BigInt((major & 0xfff) << 8) | (BigInt(minor >>> 8) << 20n) | BigInt(minor & 0xff);

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
