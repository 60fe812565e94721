import {SystemError} from '../system-error.ts';

/** PATH_MAX with its final zero byte: what a link's target may be long, and far more than any file system allows for a name. */
const capacity = 4096;

/** Names as C wants them, ended by a zero byte, in memory that the next call uses again: valid for one system call. */
export class Paths {
	readonly #name = Buffer.alloc(capacity);
	readonly #other = Buffer.alloc(capacity);
	readonly #viaProc = Buffer.alloc(capacity + 64);
	readonly empty = Buffer.alloc(1);

	name(name: Uint8Array): Buffer {
		return terminate(this.#name, 0, name);
	}

	/** The name `names[from, to)`, as a directory has given it. */
	nameIn(names: Uint8Array, from: number, to: number): Buffer {
		return terminateIn(this.#name, 0, names, from, to);
	}

	/** For calls with two names. */
	other(name: Uint8Array): Buffer {
		return terminate(this.#other, 0, name);
	}

	/** A name in an open directory, for the calls that have no variant which takes a directory. */
	below(directory: number, name: Uint8Array): Buffer {
		const prefix = this.#viaProc.write(`/proc/self/fd/${directory}/`, 'latin1');
		return terminate(this.#viaProc, prefix, name);
	}

	belowIn(directory: number, names: Uint8Array, from: number, to: number): Buffer {
		return terminateIn(this.#viaProc, this.#viaProc.write(`/proc/self/fd/${directory}/`, 'latin1'), names, from, to);
	}

	/** What an open file descriptor stands for, a link itself included. */
	of(fd: number): Buffer {
		const end = this.#viaProc.write(`/proc/self/fd/${fd}`, 'latin1');
		this.#viaProc[end] = 0;
		return this.#viaProc;
	}
}

function terminate(into: Buffer, at: number, name: Uint8Array): Buffer {
	if (name.length >= capacity) throw new SystemError('ENAMETOOLONG', 'path');
	// C would take what stands before the zero byte for the name, and touch another file.
	if (name.length === 0 || name.includes(0)) throw new SystemError('EINVAL', 'path');
	into.set(name, at);
	into[at + name.length] = 0;
	return into;
}

/** The directory's own names are neither empty nor too long, and hold no zero byte. */
function terminateIn(into: Buffer, start: number, names: Uint8Array, from: number, to: number): Buffer {
	let at = start;
	for (let index = from; index < to; index++) into[at++] = names[index]!;
	into[at] = 0;
	return into;
}
