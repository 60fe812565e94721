import {LazaretteError} from '../../base/errors.ts';
import {shortId} from '../../repository/archive.ts';
import type {Archive} from '../../repository/archive.ts';
import {foreignVolume} from '../foreign-layouts.ts';

export type Parent = {
	archive: Archive;
	/** Where the volume lies in its tree, part by part from the root, when that is not under the path it names. */
	volume?: string[];
};

export type ParentWish = {
	parent: string;
	hostname: string;
	paths: readonly string[];
	time: Date;
	/** The claim that is archived, whose history another operator may have begun. */
	claim?: {name: string};
};

/**
The archive whose unchanged files need not be read again: the newest of the same host and the same paths that is not from the future, as restic
chooses it; or the one that was asked for by ID or the beginning of one. Where there is none of a claim yet, the newest that another operator made of it;
a wrong guess costs no more than reading what is not the same.
@param archives oldest first
@throws LazaretteError `ArchiveNotFound` when the wished one is not there or not one
*/
export function findParent(archives: readonly Archive[], wish: ParentWish): Parent | undefined {
	const {parent, hostname, paths, time} = wish;
	if (parent === 'none') return undefined;
	const claim = wish.claim && {...wish.claim, hostname};
	if (parent === 'auto') {
		const own = archives.findLast(archive => archive.hostname === hostname && samePaths(archive.paths, paths) && archive.time <= time);
		const adopted = own || !claim ? undefined : archives.findLast(archive => archive.time <= time && foreignVolume(archive, claim));
		return placed(own ?? adopted, claim);
	}
	const found = archives.filter(({id}) => id.startsWith(parent));
	if (found.length === 1) return placed(found[0], claim);
	throw new LazaretteError('ArchiveNotFound', found.length === 0 ? `there is no archive ${parent} to be the parent` : `${parent} is the beginning of ${found.length} archives: ${found.slice(0, 5).map(({id}) => shortId(id)).join(', ')}`, {
		hint: 'name an existing archive, or leave the choice to the engine',
		context: {parent},
	});
}

function placed(archive: Archive | undefined, claim: {name: string; hostname: string} | undefined): Parent | undefined {
	if (!archive) return undefined;
	const volume = foreignVolume(archive, claim);
	return {archive, ...(volume && {volume})};
}

const samePaths = (some: readonly string[], others: readonly string[]): boolean =>
	some.length === others.length && some.toSorted().every((path, index) => path === others.toSorted()[index]);
