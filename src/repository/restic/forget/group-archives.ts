import type {Archive} from '../../archive.ts';

/** What archives must share to be thinned out together. */
export type GroupBy = readonly ('host' | 'paths' | 'tags')[];

/** As restic: one history for each host and set of paths. */
export const defaultGroupBy: GroupBy = ['host', 'paths'];

export type ArchiveGroup = {
	/** Empty unless grouped by it. */
	hostname: string;
	/** Sorted; empty unless grouped by them. */
	paths: string[];
	/** Sorted; empty unless grouped by them. */
	tags: string[];
	archives: Archive[];
};

/** The order of paths and tags does not matter. Groups come in the order of their first archive. */
export function groupArchives(archives: Iterable<Archive>, groupBy: GroupBy = defaultGroupBy): ArchiveGroup[] {
	const groups = new Map<string, ArchiveGroup>();
	for (const archive of archives) {
		const hostname = groupBy.includes('host') ? archive.hostname : '';
		const paths = groupBy.includes('paths') ? archive.paths.toSorted() : [];
		const tags = groupBy.includes('tags') ? archive.tags.toSorted() : [];
		const key = JSON.stringify([hostname, paths, tags]);
		const group = groups.get(key) ?? {hostname, paths, tags, archives: []};
		groups.set(key, group);
		group.archives.push(archive);
	}
	return [...groups.values()];
}

/** For messages. */
export function describeGroup({hostname, paths, tags}: ArchiveGroup): string {
	const parts = [hostname && `host ${hostname}`, paths.length > 0 && `paths ${paths.join(', ')}`, tags.length > 0 && `tags ${tags.join(', ')}`].filter(Boolean);
	return parts.length > 0 ? parts.join(', ') : 'all archives';
}
