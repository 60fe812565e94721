import {opendir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {throwIfCancelled} from '../cancellation.ts';
import {reservedFolder} from '../key.ts';
import {isErrno} from '../errno.ts';
import type {Dir} from 'node:fs';
import type {StoredObject} from '../storage.ts';

/** Sizes are asked for in batches, because on a file server each takes a round trip. */
const batchSize = 32;

/** Files below `root` whose path relative to it begins with `prefix`, directory by directory; holds one batch and the names of open directories in memory. */
export async function* walkObjects(root: string, prefix: string, signal: AbortSignal): AsyncGenerator<StoredObject> {
	const waiting = [prefix.slice(0, prefix.lastIndexOf('/') + 1)];
	for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
		let batch: string[] = [];
		for await (const {key, isDirectory} of entries(root, folder)) {
			throwIfCancelled(signal);
			if (isDirectory) {
				if (key !== reservedFolder && (`${key}/`.startsWith(prefix) || prefix.startsWith(`${key}/`))) waiting.push(`${key}/`);
			} else if (key.startsWith(prefix)) batch.push(key);
			if (batch.length < batchSize) continue;
			yield* sizes(root, batch);
			batch = [];
		}

		yield* sizes(root, batch);
	}
}

type Entry = {key: string; isDirectory: boolean};

async function* entries(root: string, folder: string): AsyncGenerator<Entry> {
	const directory = await opened(join(root, folder));
	for await (const entry of directory ?? []) {
		// What is no key was not put there by a repository.
		if (!/^[\x21-\x7E]+$/.test(entry.name)) continue;
		// A top folder may be a link to a larger disk; deeper links could form a loop and are not followed.
		const isDirectory = entry.isDirectory() || (folder === '' && entry.isSymbolicLink() && (await isFolder(join(root, entry.name))));
		if (isDirectory || entry.isFile()) yield {key: `${folder}${entry.name}`, isDirectory};
	}
}

/** Undefined where nothing was stored yet, or where the last object has just gone. */
async function opened(path: string): Promise<Dir | undefined> {
	return unlessGone(async () => opendir(path, {bufferSize: 256}));
}

const isFolder = async (path: string): Promise<boolean> => (await unlessGone(async () => stat(path)))?.isDirectory() ?? false;

async function* sizes(root: string, keys: string[]): AsyncGenerator<StoredObject> {
	const found = await Promise.all(keys.map(async key => sizeOf(join(root, key))));
	for (const [index, key] of keys.entries()) {
		const size = found[index];
		if (size !== undefined) yield {key, size};
	}
}

const sizeOf = async (path: string): Promise<number | undefined> => (await unlessGone(async () => stat(path)))?.size;

async function unlessGone<T>(work: () => Promise<T>): Promise<T | undefined> {
	try {
		return await work();
	} catch (error) {
		if (isErrno(error, 'ENOENT')) return undefined;
		throw error;
	}
}
