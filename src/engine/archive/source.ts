import {basename, dirname, resolve} from 'node:path';
import {LazaretteError} from '../../base/errors.ts';
import type {ExtendedAttribute} from '../../repository/node.ts';
import type {Directory, FileSystem, Status} from '../file-system/file-system.ts';
import {systemCode, unless} from '../file-system/system-error.ts';

/** What is to be archived, and the names under which it appears. */
export type Source = {
	directory: string;
	/** An absolute path that takes the place of the directory's own, so that a volume keeps its name wherever it is mounted: `/orders-db`. */
	recordedAs?: string;
};

/** The directory, open, and the directories that lead to it in the archive; the last of them is the directory itself. */
export type OpenSource = {
	root: Directory;
	/** As the archive names it. */
	path: string;
	levels: SourceLevel[];
};

export type SourceLevel = {name: Buffer; status: Status; attributes: ExtendedAttribute[]};

/** @throws LazaretteError `SourceNotFound` */
export function openSource(fileSystem: FileSystem, {directory, recordedAs}: Source): OpenSource {
	const place = resolve(directory);
	let root: Directory | undefined;
	try {
		root = fileSystem.openRoot(place);
		const own = levelOf(fileSystem, root);
		// The directories above a renamed volume exist in the archive only, and look like the volume itself.
		const path = recordedAs === undefined ? place : recordedPath(recordedAs);
		const lookAt = (level: string): Omit<SourceLevel, 'name'> => (recordedAs !== undefined || level === place ? own : lookAtLeading(fileSystem, level));
		return {root, path, levels: leadingDirectories(path).map(level => ({name: Buffer.from(basename(level)), ...lookAt(level)}))};
	} catch (error) {
		root?.close();
		if (systemCode(error) === undefined) throw error;
		throw new LazaretteError('SourceNotFound', `the directory ${place} cannot be opened: ${systemCode(error)}`, {
			hint: 'name an existing directory that this process may read',
			context: {directory: place},
			cause: error,
		});
	}
}

const levelOf = (fileSystem: FileSystem, directory: Directory): Omit<SourceLevel, 'name'> => ({
	status: directory.status(),
	attributes: fileSystem.entryOf(directory.fd).attributes(),
});

/** A directory that we may pass but not read has a status, and attributes that only its owner knows. */
function lookAtLeading(fileSystem: FileSystem, path: string): Omit<SourceLevel, 'name'> {
	const directory = unless(['EACCES', 'EPERM'], () => fileSystem.openRoot(path));
	if (!directory) return {status: fileSystem.statusAt(path), attributes: []};
	try {
		return levelOf(fileSystem, directory);
	} finally {
		directory.close();
	}
}

/** `/a/b` has `/a` and `/a/b`; `/` has none. */
function leadingDirectories(path: string): string[] {
	const directories: string[] = [];
	for (let at = path; at !== '/'; at = dirname(at)) directories.unshift(at);
	return directories;
}

function recordedPath(recordedAs: string): string {
	const path = resolve('/', recordedAs);
	if (recordedAs.startsWith('/') && path !== '/' && path === recordedAs) return path;
	throw new LazaretteError('BadRequest', `recordedAs "${recordedAs}" is not a path such as /orders-db`, {hint: 'begin with a slash, and use no "." or ".." and no slash at the end'});
}
