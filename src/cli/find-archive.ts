import {LazaretteError} from '../base/errors.ts';
import {shortId} from '../repository/archive.ts';
import type {Archive} from '../repository/archive.ts';

/** The archive of that ID or the beginning of one, or `latest` for the newest. @throws ArchiveNotFound */
export function findArchive(archives: readonly Archive[], wish: string): Archive {
	if (wish === 'latest') {
		const newest = archives.at(-1);
		if (newest) return newest;
		throw new LazaretteError('ArchiveNotFound', 'there is no such archive yet');
	}

	const found = archives.filter(({id}) => id.startsWith(wish));
	if (found.length === 1 && found[0]) return found[0];
	throw new LazaretteError('ArchiveNotFound', found.length === 0 ? `there is no archive ${wish}` : `${wish} fits ${found.length} archives: ${found.slice(0, 5).map(({id}) => shortId(id)).join(', ')}`, {
		hint: 'lazarette archives lists them',
	});
}
