import {link, rename, stat, unlink} from 'node:fs/promises';
import {dirname} from 'node:path';
import {LazaretteError} from '../../base/errors.ts';
import {isErrno, isUnsupported} from '../errno.ts';
import {syncDirectory} from './durable-file.ts';
import type {DurableDirectories} from './durable-directories.ts';

export type Publication = {
	/** A finished, durable file on the same file system; gone afterwards. */
	from: string;
	to: string;
	key: string;
	onlyIfAbsent: boolean;
	directories: DurableDirectories;
};

/** Gives a file its final name, all at once and durably. @throws ObjectExists; the system's errors */
export async function publishFile(publication: Publication): Promise<void> {
	const directory = dirname(publication.to);
	await publication.directories.ensure(directory);
	try {
		await place(publication);
	} catch (error) {
		if (!isErrno(error, 'ENOENT')) throw error;
		publication.directories.forget(directory);
		await publication.directories.ensure(directory);
		await place(publication);
	}

	await syncDirectory(directory);
}

async function place({from, to, key, onlyIfAbsent}: Publication): Promise<void> {
	if (!onlyIfAbsent) return rename(from, to);
	try {
		// Of several processes that link to one name, exactly one succeeds, and it never shows a file that is not complete.
		await link(from, to);
	} catch (error) {
		if (isErrno(error, 'EEXIST')) throw exists(key, error);
		if (!isUnsupported(error)) throw error;
		if (await stat(to).catch(() => undefined)) throw exists(key, error);
		return rename(from, to);
	}

	await unlink(from);
}

const exists = (key: string, cause: unknown): LazaretteError => new LazaretteError('ObjectExists', `${key} is already there; it was not replaced`, {cause});
