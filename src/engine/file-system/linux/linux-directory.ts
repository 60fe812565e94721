import {closeSync} from 'node:fs';
import {constants} from 'node:os';
import type {EntryFacts} from '../../../repository/entry-facts.ts';
import type {ExtendedAttribute} from '../../../repository/node.ts';
import type {Directory, Entry, SpecialType, Status} from '../file-system.ts';
import type {NameList} from '../name-list.ts';
import {atFlags, openFlags} from './flags.ts';
import {failed} from './libc.ts';
import type {Linux} from './linux.ts';
import {LinuxEntry} from './linux-entry.ts';
import {readNames} from './read-names.ts';

/** Everything goes through the `*at` calls on one open descriptor, with names only. */
export class LinuxDirectory implements Directory {
	readonly fd: number;
	readonly #linux: Linux;

	constructor(linux: Linux, fd: number) {
		this.#linux = linux;
		this.fd = fd;
	}

	status(): Status {
		return this.#linux.statuses.ofFd(this.fd);
	}

	mountId(): number {
		return this.#linux.statuses.mountId(this.fd);
	}

	readNames(into: NameList): void {
		readNames(this.#linux, this.fd, into);
	}

	statusOf(name: Uint8Array): Status {
		return this.#linux.statuses.ofName(this.fd, name);
	}

	look(names: Uint8Array, from: number, to: number, into: EntryFacts): void {
		this.#linux.statuses.look(this.fd, names, from, to, into);
	}

	lookUp(name: Uint8Array): Status | undefined {
		return this.#linux.statuses.lookUp(this.fd, name);
	}

	openDirectory(name: Uint8Array): Directory {
		return new LinuxDirectory(this.#linux, this.#openUnmarked(this.#linux.paths.name(name), openFlags.directory));
	}

	openAgain(): number {
		return this.#open(itself, openFlags.place);
	}

	openFile(name: Uint8Array): number {
		return this.#openUnmarked(this.#linux.paths.name(name), openFlags.file);
	}

	openFileIn(names: Uint8Array, from: number, to: number): number {
		return this.#openUnmarked(this.#linux.paths.nameIn(names, from, to), openFlags.file);
	}

	readLink(name: Uint8Array): Buffer {
		const {libc, paths, scratch} = this.#linux;
		const length = libc.readlinkat(this.fd, paths.name(name), scratch, scratch.length);
		if (length < 0) throw failed(libc, 'readlinkat');
		return Buffer.from(scratch.subarray(0, length));
	}

	attributesOf(name: Uint8Array): ExtendedAttribute[] {
		return this.#linux.attributes.ofName(this.fd, name);
	}

	lookAtAttributes(names: Uint8Array, from: number, to: number): ExtendedAttribute[] {
		return this.#linux.attributes.ofNameIn(this.fd, names, from, to);
	}

	openEntry(name: Uint8Array): Entry {
		return new LinuxEntry(this.#linux, this.#open(name, openFlags.entry), 'path');
	}

	createFile(name: Uint8Array, mode = 0o600): number {
		return this.#open(name, openFlags.create, mode);
	}

	openForUpdate(name: Uint8Array): number {
		return this.#open(name, openFlags.update);
	}

	makeDirectory(name: Uint8Array): void {
		const {libc, paths} = this.#linux;
		if (libc.mkdirat(this.fd, paths.name(name), 0o700) < 0) throw failed(libc, 'mkdirat');
	}

	makeLink(name: Uint8Array, target: Uint8Array): void {
		const {libc, paths} = this.#linux;
		if (libc.symlinkat(paths.other(target), this.fd, paths.name(name)) < 0) throw failed(libc, 'symlinkat');
	}

	makeSpecial(name: Uint8Array, type: SpecialType, device: bigint): void {
		const {libc, paths} = this.#linux;
		if (libc.mknodat(this.fd, paths.name(name), specialBits[type] | 0o600, device) < 0) throw failed(libc, 'mknodat');
	}

	linkTo(name: Uint8Array, from: Directory, fromName: Uint8Array): void {
		const {libc, paths} = this.#linux;
		if (libc.linkat(from.fd, paths.other(fromName), this.fd, paths.name(name), 0) < 0) throw failed(libc, 'linkat');
	}

	setTimes(name: Uint8Array, atimeNs: bigint, mtimeNs: bigint): void {
		const {libc, paths, times} = this.#linux;
		if (libc.utimensat(this.fd, paths.name(name), times.of(atimeNs, mtimeNs), atFlags.noFollow) < 0) throw failed(libc, 'utimensat');
	}

	removeFile(name: Uint8Array): void {
		const {libc, paths} = this.#linux;
		if (libc.unlinkat(this.fd, paths.name(name), 0) < 0) throw failed(libc, 'unlinkat');
	}

	removeDirectory(name: Uint8Array): void {
		const {libc, paths} = this.#linux;
		if (libc.unlinkat(this.fd, paths.name(name), atFlags.removeDirectory) < 0) throw failed(libc, 'unlinkat');
	}

	close(): void {
		closeSync(this.fd);
	}

	/** `path`: as `paths` gives it. */
	#openUnmarked(path: Buffer, flags: number): number {
		const {libc} = this.#linux;
		let fd = libc.openat(this.fd, path, flags | openFlags.unmarked, 0);
		if (fd < 0 && libc.errno() === constants.errno.EPERM) fd = libc.openat(this.fd, path, flags, 0);
		if (fd < 0) throw failed(libc, 'openat');
		return fd;
	}

	#open(name: Uint8Array, flags: number, mode = 0): number {
		const {libc, paths} = this.#linux;
		const fd = libc.openat(this.fd, paths.name(name), flags, mode);
		if (fd < 0) throw failed(libc, 'openat');
		return fd;
	}
}

const itself = Buffer.from('.');
const specialBits: Record<SpecialType, number> = {dev: 0o060000, chardev: 0o020000, fifo: 0o010000};
