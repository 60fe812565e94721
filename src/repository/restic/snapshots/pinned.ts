import type {Archive} from '../../archive.ts';

/** An archive with this tag is never forgotten: neither by a policy nor by its ID. */
export const pinnedTag = 'lazarette:pinned';

export const isPinned = (archive: Pick<Archive, 'tags'>): boolean => archive.tags.includes(pinnedTag);
