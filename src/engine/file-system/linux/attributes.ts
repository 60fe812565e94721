import {constants} from 'node:os';
import type {ExtendedAttribute} from '../../../repository/node.ts';
import {systemError} from '../system-error.ts';
import {atFlags} from './flags.ts';
import {failed} from './libc.ts';
import type {Libc} from './libc.ts';
import type {Paths} from './paths.ts';

const {ENOSYS, EPERM, EOPNOTSUPP, ENODATA} = constants.errno;

/** Linux' number of `listxattrat`, the same on every architecture. */
const listxattratNumber = 465;

/** Extended attributes of names and of open files. A file system that has none gives an empty list. */
export class Attributes {
	readonly #libc: Libc;
	readonly #paths: Paths;
	/** XATTR_LIST_MAX and XATTR_SIZE_MAX (linux/limits.h): nothing is longer. */
	readonly #list = Buffer.allocUnsafeSlow(65_536);
	readonly #value = Buffer.allocUnsafeSlow(65_536);
	#listsDirectly = true;

	constructor(libc: Libc, paths: Paths) {
		this.#libc = libc;
		this.#paths = paths;
	}

	ofName(directory: number, name: Uint8Array): ExtendedAttribute[] {
		const length = this.#listLength(this.#listName(directory, name));
		if (length === 0) return [];
		return this.#collect(length, attribute => this.#libc.lgetxattr(this.#paths.below(directory, name), this.#paths.name(attribute), this.#value, this.#value.length));
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
	#listName(directory: number, name: Uint8Array): number {
		if (this.#listsDirectly) {
			const length = this.#libc.listxattrat(listxattratNumber, directory, this.#paths.name(name), atFlags.noFollow, this.#list, this.#list.length);
			if (length >= 0) return length;
			// Kernels before 6.13 lack the call, and seccomp profiles that do not know it answer EPERM: the older call tells the truth.
			const errno = this.#libc.errno();
			if (errno !== ENOSYS && errno !== EPERM) return -errno;
			this.#listsDirectly = false;
		}
		const length = this.#libc.llistxattr(this.#paths.below(directory, name), this.#list, this.#list.length);
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
