import {createHash, randomBytes} from 'node:crypto';
import {open, stat, unlink} from 'node:fs/promises';
import {join} from 'node:path';
import {LazaretteError} from '../../base/errors.ts';
import {checkRange} from '../byte-range.ts';
import {eachUntilCancelled, settled, throwIfCancelled, untilCancelled} from '../cancellation.ts';
import {checkKey, checkPrefix, reservedFolder} from '../key.ts';
import {createScratchDirectory} from '../scratch-directory.ts';
import {accessModes} from './access-modes.ts';
import {createDurableDirectories} from './durable-directories.ts';
import {writeDurably} from './durable-file.ts';
import {isErrno} from '../errno.ts';
import {filesystemError} from './filesystem-errors.ts';
import {finishLocalFile} from './finish-local-file.ts';
import {isOneKernels} from './one-kernels.ts';
import {publishFile} from './publish-file.ts';
import {readRange, streamRange} from './read-range.ts';
import {walkObjects} from './walk-objects.ts';
import type {FilesystemLocation} from '../location.ts';
import type {Storage} from '../storage.ts';
import type {AccessModes} from './access-modes.ts';

/** Longer than any disk takes to give a file its name; a file server that is gone holds nobody for ever. */
const publicationMs = 10_000;

/**
A repository in a directory, on a local disk, a claim or a file server: an object is the file of its key, so restic reads and writes the same directory.
An object is first written whole to this process's folder below `tmp/`, made durable there, and then given its name.
*/
export function openFilesystemStorage({path: root}: FilesystemLocation): Storage {
	let known: AccessModes | undefined;
	const modes = (): AccessModes => (known ??= accessModes(root));
	const directories = createDurableDirectories(root, () => modes().directory);
	const scratch = createScratchDirectory(join(root, reservedFolder), {directoryMode: () => modes().directory, removeEmptyParent: true});

	const pathOf = (key: string): string => {
		checkKey(key);
		return join(root, key);
	};

	const guarded = async <T>(what: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
		try {
			return await untilCancelled(work, signal);
		} catch (error) {
			throw filesystemError(error, `cannot ${what} in ${root}`);
		}
	};

	/** A cancellation waits for a file that is being given its name: whoever removes it then must not be overtaken. */
	const guardedPublication = async (what: string, signal: AbortSignal, work: (publish: typeof publishFile) => Promise<void>): Promise<void> => {
		let publishing: Promise<void> | undefined;
		try {
			await guarded(what, signal, async () => work(publication => (publishing = publishFile(publication))));
		} catch (error) {
			if (publishing) await settled(publishing, publicationMs);
			throw error;
		}
	};

	const scratchPath = (): string => {
		try {
			return scratch.path();
		} catch (error) {
			throw filesystemError(error, `cannot create a folder for unfinished files in ${root}`);
		}
	};

	return {
		location: root,
		get scratchDirectory() {
			return scratchPath();
		},

		async *list(prefix, signal) {
			checkPrefix(prefix);
			try {
				yield* eachUntilCancelled(walkObjects(root, prefix, signal), signal);
			} catch (error) {
				throw filesystemError(error, `cannot list ${prefix || 'all objects'} in ${root}`);
			}
		},

		async hasOneView(prefix) {
			checkPrefix(prefix);
			return isOneKernels(join(root, prefix));
		},

		async get(key, signal, range) {
			const path = pathOf(key);
			if (range) checkRange(range);
			return guarded(`read ${key}`, signal, async () => readRange(path, key, range, signal));
		},

		async *stream(key, signal, range) {
			const path = pathOf(key);
			checkRange(range);
			try {
				yield* eachUntilCancelled(streamRange(path, key, range, signal), signal);
			} catch (error) {
				throw filesystemError(error, `cannot read ${key} in ${root}`);
			}
		},

		async openFile(key, signal, range) {
			const path = pathOf(key);
			checkRange(range);
			throwIfCancelled(signal);
			try {
				return await open(path, 'r');
			} catch (error) {
				throw filesystemError(error, `cannot read ${key} in ${root}`);
			}
		},

		async stat(key, signal) {
			const path = pathOf(key);
			return guarded(`look for ${key}`, signal, async () => {
				const stats = await unlessAbsent(stat(path));
				return stats?.isFile() ? {key, size: stats.size} : undefined;
			});
		},

		async put(key, bytes, signal, options = {}) {
			const to = pathOf(key);
			if (options.sha256 !== undefined) verifyContent(key, bytes, options.sha256);
			await guardedPublication(`write ${key}`, signal, async publish => {
				await directories.ensure(root);
				const from = join(scratchPath(), `put-${randomBytes(8).toString('hex')}`);
				try {
					await writeDurably(from, bytes, modes().file, signal);
					// After a cancellation the caller may already have reused the buffer.
					throwIfCancelled(signal);
					await publish({from, to, key, onlyIfAbsent: options.onlyIfAbsent ?? false, directories});
				} catch (error) {
					await unlink(from).catch(() => undefined);
					throw error;
				}
			});
		},

		async putFile(key, file, signal, options = {}) {
			const to = pathOf(key);
			await guardedPublication(`publish ${key}`, signal, async publish => {
				if (!(await finishLocalFile(file, modes().file, to))) return;
				throwIfCancelled(signal);
				await publish({from: file.path, to, key, onlyIfAbsent: options.onlyIfAbsent ?? false, directories});
			});
		},

		async remove(key, signal) {
			const path = pathOf(key);
			await guarded(`remove ${key}`, signal, async () => {
				await unlessAbsent(unlink(path));
			});
		},

		async close() {
			try {
				await scratch.remove();
			} catch (error) {
				throw filesystemError(error, `cannot remove the folder of unfinished files in ${root}`);
			}
		},
	};
}

async function unlessAbsent<T>(work: Promise<T>): Promise<T | undefined> {
	try {
		return await work;
	} catch (error) {
		if (isErrno(error, 'ENOENT')) return undefined;
		throw error;
	}
}

/** A store on a network compares what arrives; here the bytes come from our own memory, and that is what can be wrong. */
function verifyContent(key: string, bytes: Uint8Array, expected: string): void {
	const actual = createHash('sha256').update(bytes).digest('hex');
	if (actual === expected) return;
	throw new LazaretteError('VerificationFailed', `the bytes for ${key} have SHA-256 ${actual} instead of ${expected}; nothing was stored`, {hint: 'the memory of this machine may be faulty; test it before the next run'});
}
