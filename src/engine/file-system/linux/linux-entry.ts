import {chmodSync, closeSync, fchmodSync} from 'node:fs';
import type {ExtendedAttribute} from '../../../repository/node.ts';
import type {Entry, Status} from '../file-system.ts';
import {atFlags} from './flags.ts';
import {failed} from './libc.ts';
import type {Linux} from './linux.ts';

export class LinuxEntry implements Entry {
	readonly #linux: Linux;
	readonly #fd: number;
	/** `borrowed`: someone else's open file. `path`: our own O_PATH descriptor, which stands for links and unreadable entries too but serves fewer calls. */
	readonly #kind: 'borrowed' | 'path';

	constructor(linux: Linux, fd: number, kind: 'borrowed' | 'path') {
		this.#linux = linux;
		this.#fd = fd;
		this.#kind = kind;
	}

	status(): Status {
		return this.#linux.statuses.ofFd(this.#fd);
	}

	setOwner(uid: number, gid: number): void {
		const {libc, paths} = this.#linux;
		if (libc.fchownat(this.#fd, paths.empty, uid, gid, atFlags.emptyPath) < 0) throw failed(libc, 'fchownat');
	}

	setMode(mode: number): void {
		if (this.#kind === 'borrowed') fchmodSync(this.#fd, mode);
		else chmodSync(`/proc/self/fd/${this.#fd}`, mode);
	}

	setTimes(atimeNs: bigint, mtimeNs: bigint): void {
		const {libc, paths, times} = this.#linux;
		const specs = times.of(atimeNs, mtimeNs);
		const result = this.#kind === 'borrowed' ? libc.futimens(this.#fd, specs) : libc.utimensat(atFlags.workingDirectory, paths.of(this.#fd), specs, 0);
		if (result < 0) throw failed(libc, 'utimensat');
	}

	attributes(): ExtendedAttribute[] {
		const {attributes} = this.#linux;
		return this.#kind === 'borrowed' ? attributes.ofFd(this.#fd) : attributes.ofPlace(this.#fd);
	}

	setAttribute(attribute: ExtendedAttribute): void {
		const {attributes} = this.#linux;
		if (this.#kind === 'borrowed') attributes.set(this.#fd, attribute);
		else attributes.setAtPlace(this.#fd, attribute);
	}

	removeAttribute(name: Uint8Array): void {
		const {attributes} = this.#linux;
		if (this.#kind === 'borrowed') attributes.remove(this.#fd, name);
		else attributes.removeAtPlace(this.#fd, name);
	}

	close(): void {
		if (this.#kind === 'path') closeSync(this.#fd);
	}
}
