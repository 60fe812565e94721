import {createHash, randomBytes} from 'node:crypto';
import {chmodSync, closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, readlinkSync, rmdirSync, rmSync, statSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {isErrno, isUnsupported} from './errno.ts';

export type ScratchDirectory = {
	/** Creates the directory on first use; a reader that never writes leaves no trace. @throws the system's error */
	path(): string;
	/** Removes it with all that is in it. */
	remove(): Promise<void>;
};

/**
A directory of this process's own below `parent`, for files that are not yet objects. What dead processes left beside it is removed on the way.
`removeEmptyParent`: whether `parent` is ours as well and goes with the last directory in it.
*/
export function createScratchDirectory(parent: string, options: {directoryMode: () => number; removeEmptyParent: boolean}): ScratchDirectory {
	let path: string | undefined;
	return {
		path() {
			path ??= create(parent, options.directoryMode());
			return path;
		},
		async remove() {
			if (path === undefined) return;
			await rm(path, {recursive: true, force: true});
			path = undefined;
			if (options.removeEmptyParent) removeIfEmpty(parent);
		},
	};
}

/**
How long a directory of a process that cannot be asked (another node, another container) must have lain untouched before it counts as left over.
Should its process live after all, its next publication fails loudly and nothing is lost.
*/
export const untouchedForMs = 3 * 24 * 3_600_000;

function create(parent: string, mode: number): string {
	const path = join(parent, `lazarette-${processSpace()}-${process.pid}-${randomBytes(8).toString('hex')}`);
	try {
		makeDirectories(path, mode);
	} catch (error) {
		// Another process may have removed the empty parent just as we came.
		if (!isErrno(error, 'ENOENT')) throw error;
		makeDirectories(path, mode);
	}

	removeLeftovers(parent, path);
	return path;
}

/** Node's own recursive mkdir reports a read-only file system as ENOENT. Each created directory is durable in the one that holds it, because objects will be found through them. */
function makeDirectories(path: string, mode: number): void {
	try {
		mkdirSync(path, {mode});
	} catch (error) {
		if (isErrno(error, 'EEXIST')) return;
		if (!isErrno(error, 'ENOENT') || dirname(path) === path) throw error;
		makeDirectories(dirname(path), mode);
		mkdirSync(path, {mode});
	}

	// The umask takes bits away that a shared repository needs.
	ignoringErrors(() => chmodSync(path, mode));
	syncDirectory(dirname(path));
}

function syncDirectory(path: string): void {
	const directory = openSync(path, 'r');
	try {
		fsyncSync(directory);
	} catch (error) {
		if (!isUnsupported(error)) throw error;
	} finally {
		closeSync(directory);
	}
}

function removeLeftovers(parent: string, own: string): void {
	// The file server's own clock: this machine's may differ from it.
	const now = statSync(own).mtimeMs;
	for (const name of readdirSync(parent)) {
		const path = join(parent, name);
		const [, space, pid] = /^lazarette-([\da-f]{16})-(\d+)-[\da-f]{16}$/.exec(name) ?? [];
		if (path === own || space === undefined) continue;
		ignoringErrors(() => {
			const left = space === processSpace() ? !isAlive(Number(pid)) : now - lastTouched(path) > untouchedForMs;
			if (left) rmSync(path, {recursive: true, force: true});
		});
	}
}

function lastTouched(directory: string): number {
	const paths = [directory, ...readdirSync(directory).map(name => join(directory, name))];
	return Math.max(...paths.map(path => statSync(path).mtimeMs));
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return !isErrno(error, 'ESRCH');
	}
}

let space: string | undefined;

/** Names the set of processes in which our process numbers mean anything: this boot of this machine and this PID namespace. Random, so equal to no other, where the kernel does not tell. */
function processSpace(): string {
	if (space === undefined) {
		const hash = createHash('sha256');
		try {
			hash.update(readFileSync('/proc/sys/kernel/random/boot_id')).update(readlinkSync('/proc/self/ns/pid'));
		} catch {
			hash.update(randomBytes(16));
		}

		space = hash.digest('hex').slice(0, 16);
	}

	return space;
}

const removeIfEmpty = (directory: string): void => ignoringErrors(() => rmdirSync(directory));

/** For tidying that may meet others doing the same, or directories that are not ours to remove. */
function ignoringErrors(work: () => void): void {
	try {
		work();
	} catch {}
}
