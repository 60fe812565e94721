import type {Command} from 'commander';
import type {Archive} from '../repository/archive.ts';
import {findArchive} from './find-archive.ts';
import {collectTags, selectArchives} from './select-archives.ts';

/** Of which archives `latest` is the newest. */
export type LatestOf = {host?: string; of?: string; tag?: string[]};

/** The options of a `LatestOf`. */
export const addLatestOf = (command: Command): Command =>
	command
		.option('--host <name>', 'latest: the newest of this host; in archives of the operator, of a namespace')
		.option('--of <path>', 'latest: the newest of this path; in archives of the operator, of / and a claim')
		.option('--tag <tag>', 'latest: the newest with this tag; may be repeated, then with all of them', collectTags);

/** As `findArchive`; an ID needs no further word. @throws ArchiveNotFound */
export const findLatestOf = (archives: readonly Archive[], wish: string, {host, of, tag}: LatestOf): Archive =>
	findArchive(wish === 'latest' ? selectArchives(archives, {...(host !== undefined && {host}), ...(of !== undefined && {path: of}), ...(tag && {tag})}) : archives, wish);
