import {LazaretteError} from '../../../base/errors.ts';
import {goJson, parseGoJson} from './go-json.ts';
import {formatGoDate, parseGoDate} from './go-time.ts';
import {isId} from './object-keys.ts';
import type {Archive, ArchiveSummary} from '../../archive.ts';

type Members = Record<string, unknown>;

/** In the order in which restic writes them, after the two times. */
const summaryCounts = {
	filesNew: 'files_new',
	filesChanged: 'files_changed',
	filesUnmodified: 'files_unmodified',
	dirsNew: 'dirs_new',
	dirsChanged: 'dirs_changed',
	dirsUnmodified: 'dirs_unmodified',
	dataBlobs: 'data_blobs',
	treeBlobs: 'tree_blobs',
	dataAdded: 'data_added',
	dataAddedPacked: 'data_added_packed',
	totalFilesProcessed: 'total_files_processed',
	totalBytesProcessed: 'total_bytes_processed',
} as const satisfies Partial<Record<keyof ArchiveSummary, string>>;

/**
The JSON of a snapshot file, members in restic's order and empty ones left out; goes through `encodeUnpacked`. `foreign` comes last: members unknown
here and, for an archive that was decoded, its exact times, which are used as long as they denote the same moments.
*/
export function encodeSnapshot(archive: Omit<Archive, 'id'>): Buffer {
	const {time: exactTime, summary: foreignSummary, ...foreign} = archive.foreign ?? {};
	const snapshot: Members = {
		time: timeText(archive.time, exactTime),
		parent: archive.parent,
		tree: archive.tree,
		paths: archive.paths,
		hostname: archive.hostname || undefined,
		username: archive.username || undefined,
		uid: archive.uid || undefined,
		gid: archive.gid || undefined,
		excludes: archive.excludes.length > 0 ? archive.excludes : undefined,
		tags: archive.tags.length > 0 ? archive.tags : undefined,
		original: archive.original,
		program_version: archive.programVersion,
		summary: archive.summary ? encodeSummary(archive.summary, isMembers(foreignSummary) ? foreignSummary : {}) : undefined,
		...foreign,
	};
	return Buffer.from(goJson(snapshot));
}

function encodeSummary(summary: ArchiveSummary, kept: Members): Members {
	const {backup_start: exactStart, backup_end: exactEnd, ...foreign} = kept;
	const counts = Object.entries(summaryCounts).map(([name, member]) => [member, summary[name as keyof typeof summaryCounts]]);
	return {backup_start: timeText(summary.backupStart, exactStart), backup_end: timeText(summary.backupEnd, exactEnd), ...Object.fromEntries(counts), ...foreign};
}

const timeText = (time: Date, exact: unknown): string => (typeof exact === 'string' && parseGoDate(exact)?.getTime() === time.getTime() ? exact : formatGoDate(time));

/** @throws RepositoryDamaged naming the snapshot and the member that is wrong */
export function decodeSnapshot(json: Buffer, id: string): Archive {
	const what = `snapshot ${id.slice(0, 8)}`;
	const {time, parent, tree, paths, hostname, username, uid, gid, excludes, tags, original, program_version: programVersion, summary, ...foreign} = parseMembers(json, what);
	const read = new MemberReader(what);
	const decoded = summary === undefined || summary === null ? undefined : decodeSummary(summary, read);
	return {
		id,
		time: read.time('time', time),
		tree: read.id('tree', tree),
		...(parent ? {parent: read.id('parent', parent)} : {}),
		paths: read.strings('paths', paths),
		hostname: read.string('hostname', hostname),
		username: read.string('username', username),
		...(uid === undefined ? {} : {uid: read.count('uid', uid)}),
		...(gid === undefined ? {} : {gid: read.count('gid', gid)}),
		excludes: read.strings('excludes', excludes),
		tags: read.strings('tags', tags),
		...(original ? {original: read.id('original', original)} : {}),
		...(programVersion ? {programVersion: read.string('program_version', programVersion)} : {}),
		...(decoded ? {summary: decoded.summary} : {}),
		foreign: {...foreign, time, ...(decoded ? {summary: decoded.foreign} : {})},
	};
}

/** Counts a writer left out are 0. */
function decodeSummary(value: unknown, read: MemberReader): {summary: ArchiveSummary; foreign: Members} {
	const {backup_start: start, backup_end: end, ...members} = read.members('summary', value);
	const counts: Partial<Record<keyof typeof summaryCounts, number>> = {};
	for (const [name, member] of Object.entries(summaryCounts)) {
		counts[name as keyof typeof summaryCounts] = read.count(`summary.${member}`, members[member] ?? 0);
		delete members[member];
	}

	return {
		summary: {backupStart: read.time('summary.backup_start', start), backupEnd: read.time('summary.backup_end', end), ...(counts as Record<keyof typeof summaryCounts, number>)},
		foreign: {...members, backup_start: start, backup_end: end},
	};
}

/** Reads members of one snapshot; null counts as absent, as in Go. */
class MemberReader {
	readonly #what: string;

	constructor(what: string) {
		this.#what = what;
	}

	string(name: string, value: unknown): string {
		return typeof value === 'string' ? value : this.#absent(name, value, '');
	}

	strings(name: string, value: unknown): string[] {
		return Array.isArray(value) && value.every(item => typeof item === 'string') ? value : this.#absent(name, value, []);
	}

	count(name: string, value: unknown): number {
		return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : this.#absent(name, value, 0);
	}

	members(name: string, value: unknown): Members {
		return isMembers(value) ? value : this.#absent(name, value, {});
	}

	id(name: string, value: unknown): string {
		if (typeof value === 'string' && isId(value)) return value;
		throw this.#wrong(name, value);
	}

	time(name: string, value: unknown): Date {
		const time = typeof value === 'string' ? parseGoDate(value) : undefined;
		if (!time) throw this.#wrong(name, value);
		return time;
	}

	#absent<T>(name: string, value: unknown, empty: T): T {
		if (value === undefined || value === null) return empty;
		throw this.#wrong(name, value);
	}

	#wrong(name: string, value: unknown): LazaretteError {
		return new LazaretteError('RepositoryDamaged', `${this.#what} has ${name} ${goJson(value).slice(0, 80)}, which is not valid`, {context: {object: this.#what, member: name}});
	}
}

const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);

function parseMembers(json: Buffer, what: string): Members {
	let value: unknown;
	try {
		value = parseGoJson(json.toString('utf8'));
	} catch (error) {
		throw new LazaretteError('RepositoryDamaged', `${what} is not JSON`, {context: {object: what}, cause: error});
	}

	if (isMembers(value)) return value;
	throw new LazaretteError('RepositoryDamaged', `${what} is no JSON object`, {context: {object: what}});
}
