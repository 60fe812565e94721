import {mkdirSync} from 'node:fs';
import {resolve} from 'node:path';
import {LazaretteError, toLazaretteError} from '../../base/errors.ts';
import type {Directory, FileSystem} from '../file-system/file-system.ts';
import {lostAndFound} from '../file-system/lost-and-found.ts';
import {NameList} from '../file-system/name-list.ts';
import {SystemError, systemCode} from '../file-system/system-error.ts';
import {entryFault} from './problems.ts';

/**
Opens the directory that is restored into, made if need be unless this is a preview; undefined when it is not there.
@throws LazaretteError `TargetReadOnly`, `TargetFull`, `BadRequest`
*/
export function openTarget(fileSystem: FileSystem, path: string, create: boolean): Directory | undefined {
	const place = resolve(path);
	try {
		if (create) mkdirSync(place, {recursive: true, mode: 0o700});
		return fileSystem.openRoot(place);
	} catch (error) {
		if (systemCode(error) === undefined) throw error;
		if (!create && systemCode(error) === 'ENOENT') return undefined;
		const code = entryFault(error, () => place);
		throw new LazaretteError(code === 'EACCES' || code === 'EPERM' ? 'TargetReadOnly' : 'BadRequest', `the target ${place} cannot be opened: ${code}`, {
			hint: 'name a directory that this process may write to',
			context: {target: place},
			cause: error,
		});
	}
}

/** What a failed call means that no single entry is to blame for. */
export function targetFailure(error: unknown, path: string): LazaretteError {
	if (!(error instanceof SystemError)) return toLazaretteError(error);
	try {
		const code = entryFault(error, () => path);
		return new LazaretteError('Unexpected', `the target ${path} failed: ${error.call} said ${code}`, {hint: 'check the volume and restore again', context: {target: path}, cause: error});
	} catch (fault) {
		return toLazaretteError(fault);
	}
}

/** Whether nothing is in the target but what mke2fs puts there. */
export function isEmptyTarget(target: Directory): boolean {
	const names = new NameList();
	target.readNames(names);
	return Array.from({length: Math.min(names.length, 2)}, (_, index) => names.at(index)).every(name => name.equals(lostAndFound));
}
