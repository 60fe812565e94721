import {LazaretteError} from '../../../base/errors.ts';
import {snapshotKey} from '../files/object-keys.ts';
import {readSnapshots, writeSnapshot} from '../snapshot-files.ts';
import type {Archive} from '../../archive.ts';
import type {HeldLock} from '../lock/held-lock.ts';
import type {OpenRepository} from '../open-repository.ts';

/** Either a whole new set of tags, or what comes and goes. */
export type TagChange = {set: readonly string[]} | {add?: readonly string[]; remove?: readonly string[]};

export type ChangedArchive = {before: Archive; after: Archive};

/** The tags afterwards, in their old order, new ones last. @throws BadRequest for what restic could not ask for */
export function changedTags(tags: readonly string[], change: TagChange): string[] {
	if ('set' in change) return unique(change.set.map(checkTag));
	const removed = new Set(change.remove);
	return unique([...tags.filter(tag => !removed.has(tag)), ...(change.add ?? []).map(checkTag)]);
}

export type ChangeTags = {
	/** Which archives. */
	select: (archive: Archive) => boolean;
	change: TagChange;
};

/**
Gives archives other tags: a snapshot file never changes, so each gets a new ID and keeps its first as `original`. Unchanged ones stay as they are.
`lock` is exclusive. Cut off between the two, an archive is there twice, until the same change is made again.
*/
export async function changeTags(repository: OpenRepository, lock: HeldLock, {select, change}: ChangeTags, signal: AbortSignal): Promise<ChangedArchive[]> {
	const writing = AbortSignal.any([signal, lock.signal]);
	const archives = await readSnapshots(repository, writing);
	const planned = archives.filter(select).map(archive => ({archive, tags: changedTags(archive.tags, change)}));
	const changed: ChangedArchive[] = [];
	for (const {archive, tags} of planned) {
		if (sameTags(archive.tags, tags)) continue;
		await lock.confirm(signal);
		const {id, ...content} = archive;
		const wanted = {...content, tags, original: archive.original ?? id};
		const after = archives.find(other => other.id !== id && isTwin(other, wanted)) ?? (await writeSnapshot(repository, wanted, writing));
		await repository.storage.remove(snapshotKey(id), writing);
		changed.push({before: archive, after});
	}
	return changed;
}

/** Left by a change that was cut off. */
const isTwin = (other: Archive, wanted: Omit<Archive, 'id'>): boolean =>
	other.original === wanted.original && other.tree === wanted.tree && other.time.getTime() === wanted.time.getTime() && sameTags(other.tags, wanted.tags);

const unique = (tags: string[]): string[] => [...new Set(tags)];

const sameTags = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((tag, index) => tag === b[index]);

function checkTag(tag: string): string {
	if (tag !== '' && !tag.includes(',') && tag.trim() === tag) return tag;
	throw new LazaretteError('BadRequest', `the tag ${JSON.stringify(tag)} can not be used`, {hint: 'a tag is not empty, has no comma and no space at its ends; no archive was changed'});
}
