import type {Command} from 'commander';
import type {Archive} from '../repository/archive.ts';
import {findArchive} from './find-archive.ts';

/** Which archives a command is about; all of them when nothing is given. */
export type Selection = {archive?: string[]; host?: string; path?: string; tag?: string[]};

const collect = (value: string, list: string[] = []): string[] => [...list, value];

/** Tags of an option that may be repeated, each time with several, as restic takes them: a tag has no comma. */
export const collectTags = (value: string, list: string[] = []): string[] => [...list, ...value.split(',')];

/** The options of a `Selection`. */
export const addSelection = (command: Command): Command =>
	command
		.option('--archive <archive>', 'only in this one: an ID, the beginning of one, or latest; may be repeated', collect)
		.option('--host <name>', 'only archives of this host; in archives of the operator, a namespace')
		.option('--path <path>', 'only archives of this path; in archives of the operator, / and a claim')
		.option('--tag <tag>', 'only archives with this tag; may be repeated, then with all of them', collectTags);

/** Oldest first. @throws ArchiveNotFound for an ID that is none */
export function selectArchives(archives: readonly Archive[], {archive: wishes, host, path, tag}: Selection): Archive[] {
	const fitting = archives.filter(
		({hostname, paths, tags}) => (host === undefined || hostname === host) && (path === undefined || paths.includes(path)) && (tag === undefined || tag.every(one => tags.includes(one))),
	);
	if (!wishes) return fitting;
	const wanted = new Set(wishes.map(wish => findArchive(fitting, wish)));
	return fitting.filter(one => wanted.has(one));
}
