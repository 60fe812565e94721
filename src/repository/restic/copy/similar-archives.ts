import type {Archive} from '../../archive.ts';

/** The ID under which an archive is known for good, whatever changes of tags or copies it went through. */
export const lastingId = ({original, id}: Pick<Archive, 'original' | 'id'>): string => original ?? id;

/** Says of archives whether the repository has a copy of them: as restic does, one of the same first ID and with the same content, origin and tags. */
export function copyFinder(present: readonly Archive[]): (archive: Archive) => Archive | undefined {
	const byId = new Map<string, Archive[]>();
	for (const archive of present) {
		for (const id of new Set([archive.id, lastingId(archive)])) byId.set(id, [...(byId.get(id) ?? []), archive]);
	}
	return archive => byId.get(lastingId(archive))?.find(other => isSimilar(other, archive));
}

/** Everything but ID, parent, original and what the program noted about its run. */
const isSimilar = (a: Archive, b: Archive): boolean =>
	a.time.getTime() === b.time.getTime() &&
	a.tree === b.tree &&
	a.hostname === b.hostname &&
	a.username === b.username &&
	(a.uid ?? 0) === (b.uid ?? 0) &&
	(a.gid ?? 0) === (b.gid ?? 0) &&
	sameSet(a.paths, b.paths) &&
	sameSet(a.tags, b.tags) &&
	a.excludes.length === b.excludes.length &&
	a.excludes.every((glob, index) => glob === b.excludes[index]);

function sameSet(a: readonly string[], b: readonly string[]): boolean {
	const known = new Set(a);
	return a.length === b.length && b.every(item => known.has(item));
}
