import {LazaretteError} from '../../base/errors.ts';
import {shortId} from '../../repository/archive.ts';
import type {Archive} from '../../repository/archive.ts';

/**
The archive whose unchanged files need not be read again: the newest of the same host and the same paths that is not from the future, as restic
chooses it; or the one that was asked for by ID or the beginning of one.
@param archives oldest first
@throws LazaretteError `ArchiveNotFound` when the wished one is not there or not one
*/
export function findParent(archives: readonly Archive[], wish: {parent: string; hostname: string; paths: readonly string[]; time: Date}): Archive | undefined {
	const {parent, hostname, paths, time} = wish;
	if (parent === 'none') return undefined;
	if (parent === 'auto') {
		return archives.findLast(archive => archive.hostname === hostname && samePaths(archive.paths, paths) && archive.time <= time);
	}
	const found = archives.filter(({id}) => id.startsWith(parent));
	if (found.length === 1) return found[0];
	throw new LazaretteError('ArchiveNotFound', found.length === 0 ? `there is no archive ${parent} to be the parent` : `${parent} is the beginning of ${found.length} archives: ${found.slice(0, 5).map(({id}) => shortId(id)).join(', ')}`, {
		hint: 'name an existing archive, or leave the choice to the engine',
		context: {parent},
	});
}

const samePaths = (some: readonly string[], others: readonly string[]): boolean =>
	some.length === others.length && some.toSorted().every((path, index) => path === others.toSorted()[index]);
