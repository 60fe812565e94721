import {constants} from 'node:os';
import type {ExtendedAttribute} from '../../../repository/node.ts';
import {systemError} from '../system-error.ts';
import {atFlags} from './flags.ts';
import {failed} from './libc.ts';
import type {Libc} from './libc.ts';
import type {Paths} from './paths.ts';

const {ENOSYS, EPERM, EOPNOTSUPP, ENODATA, ERANGE} = constants.errno;

const longest = 65_536;
/** Asked for first: for every list the kernel allocates as much as it is offered, and most are empty. */
const mostlyEnough = 256;
const none: ExtendedAttribute[] = [];
/** For calls that are only asked for a length. */
const nowhere = Buffer.alloc(1);

/** Linux' number of `listxattrat`, the same on every architecture. */
const listxattratNumber = 465;

/** Extended attributes of names and of open files. A file system that has none gives an empty list. */
export class Attributes {
	readonly #libc: Libc;
	readonly #paths: Paths;
	/** XATTR_LIST_MAX and XATTR_SIZE_MAX (linux/limits.h): nothing is longer. */
	readonly #list = Buffer.allocUnsafeSlow(longest);
	readonly #value = Buffer.allocUnsafeSlow(longest);
	#listsDirectly = true;

	constructor(libc: Libc, paths: Paths) {
		this.#libc = libc;
		this.#paths = paths;
	}

	ofName(directory: number, name: Uint8Array): ExtendedAttribute[] {
		// Not every name here comes from a directory: it is looked at first.
		this.#paths.name(name);
		return this.ofNameIn(directory, name, 0, name.length);
	}

	/** Of the name `names[from, to)`. */
	ofNameIn(directory: number, names: Uint8Array, from: number, to: number): ExtendedAttribute[] {
		let listed = this.#listName(directory, names, from, to, mostlyEnough);
		if (listed === -ERANGE) listed = this.#listName(directory, names, from, to, longest);
		const length = this.#listLength(listed);
		if (length === 0) return none;
		return this.#collect(length, attribute => this.#libc.lgetxattr(this.#paths.belowIn(directory, names, from, to), this.#paths.name(attribute), this.#value, longest));
	}

	ofFd(fd: number): ExtendedAttribute[] {
		const listed = this.#libc.flistxattr(fd, this.#list, this.#list.length);
		const length = this.#listLength(listed < 0 ? -this.#libc.errno() : listed);
		if (length === 0) return [];
		return this.#collect(length, attribute => this.#libc.fgetxattr(fd, this.#paths.name(attribute), this.#value, this.#value.length));
	}

	set(fd: number, {name, value}: ExtendedAttribute): void {
		if (this.#libc.fsetxattr(fd, this.#paths.name(name), value, value.length, 0) < 0) throw failed(this.#libc, 'setxattr');
	}

	remove(fd: number, name: Uint8Array): void {
		if (this.#libc.fremovexattr(fd, this.#paths.name(name)) < 0) throw failed(this.#libc, 'removexattr');
	}

	/** For descriptors that only stand for a place (O_PATH), which the calls above refuse. */
	ofPlace(fd: number): ExtendedAttribute[] {
		const listed = this.#libc.listxattr(this.#paths.of(fd), this.#list, this.#list.length);
		const length = this.#listLength(listed < 0 ? -this.#libc.errno() : listed);
		if (length === 0) return [];
		return this.#collect(length, attribute => this.#libc.getxattr(this.#paths.of(fd), this.#paths.name(attribute), this.#value, this.#value.length));
	}

	setAtPlace(fd: number, {name, value}: ExtendedAttribute): void {
		if (this.#libc.setxattr(this.#paths.of(fd), this.#paths.name(name), value, value.length, 0) < 0) throw failed(this.#libc, 'setxattr');
	}

	removeAtPlace(fd: number, name: Uint8Array): void {
		if (this.#libc.removexattr(this.#paths.of(fd), this.#paths.name(name)) < 0) throw failed(this.#libc, 'removexattr');
	}

	/** The length of the list, or a negative errno. */
	#listName(directory: number, names: Uint8Array, from: number, to: number, room: number): number {
		if (this.#listsDirectly) {
			const length = this.#libc.listxattrat(listxattratNumber, directory, this.#paths.nameIn(names, from, to), atFlags.noFollow, this.#list, room);
			if (length >= 0) return length;
			// Kernels before 6.13 lack the call, and seccomp profiles that do not know it answer EPERM: the older call tells the truth.
			const errno = this.#libc.errno();
			if (errno !== ENOSYS && errno !== EPERM) return -errno;
			this.#listsDirectly = false;
		}
		const length = this.#libc.llistxattr(this.#paths.belowIn(directory, names, from, to), this.#list, room);
		return length < 0 ? -this.#libc.errno() : length;
	}

	/** `listed` is a length or a negative errno. */
	#listLength(listed: number): number {
		if (listed >= 0) return listed;
		if (listed === -EOPNOTSUPP) return 0;
		throw systemError(-listed, 'listxattr');
	}

	/** Cuts the list at its zero bytes and fetches each value with `get`; one that has gone meanwhile is left out. */
	#collect(length: number, get: (name: Buffer) => number): ExtendedAttribute[] {
		const list = Buffer.from(this.#list.subarray(0, length));
		const attributes: ExtendedAttribute[] = [];
		for (let start = 0; start < length; ) {
			const end = list.indexOf(0, start);
			const name = list.subarray(start, end);
			start = end + 1;
			const size = get(name);
			if (size >= 0) {
				attributes.push({name, value: Buffer.from(this.#value.subarray(0, size))});
				continue;
			}
			const errno = this.#libc.errno();
			if (errno !== ENODATA) throw systemError(errno, 'getxattr');
		}
		return attributes;
	}
}

/**
Whether the name in an open directory certainly has no attributes. False where somebody has to ask in full: it has some, or the call failed. `name` ends with a zero byte.
*/
export function listsNothing(libc: Libc, directory: number, name: Uint8Array): boolean {
	const length = libc.listxattrat(listxattratNumber, directory, name, atFlags.noFollow, nowhere, 0);
	if (length >= 0) return length === 0;
	const errno = libc.errno();
	if (errno !== ENOSYS && errno !== EPERM) return errno === EOPNOTSUPP;
	// As `Attributes` does where the kernel does not have that call. Without a name it would be about the directory.
	if (name[0] === 0) return false;
	const listed = libc.llistxattr(Buffer.concat([Buffer.from(`/proc/self/fd/${directory}/`), name]), nowhere, 0);
	return listed === 0 || (listed < 0 && libc.errno() === EOPNOTSUPP);
}
