import {constants} from 'node:os';
import {noFacts} from '../../../repository/entry-facts.ts';
import type {EntryFacts} from '../../../repository/entry-facts.ts';
import type {Status} from '../file-system.ts';
import {statusOfFacts} from '../status-of-facts.ts';
import {atFlags} from './flags.ts';
import {failed} from './libc.ts';
import type {Libc} from './libc.ts';
import type {Paths} from './paths.ts';
import {basicStats, fillFacts} from './read-facts.ts';

/** Reads `struct statx` (linux/stat.h): 256 bytes, integers in the machine's byte order, hence the typed arrays over one buffer. */
export class StatusReader {
	readonly #libc: Libc;
	readonly #paths: Paths;
	readonly #raw = Buffer.alloc(256);
	readonly #words = new Uint32Array(this.#raw.buffer, this.#raw.byteOffset, 64);
	readonly #longs = new BigInt64Array(this.#raw.buffer, this.#raw.byteOffset, 32);

	readonly #facts = noFacts();

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
		fillFacts(this.#words, 0, into);
	}

	/** As `ofFd`, likewise. */
	lookAtFd(fd: number, into: EntryFacts): void {
		if (this.#libc.statx(fd, this.#paths.empty, atFlags.emptyPath, basicStats, this.#raw) < 0) throw failed(this.#libc, 'statx');
		fillFacts(this.#words, 0, into);
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
		fillFacts(this.#words, 0, this.#facts);
		return statusOfFacts(this.#facts);
	}
}

const mountIdWanted = 0x1000;
