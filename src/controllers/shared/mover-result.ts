import {moverExitCodes, resultMaxBytes} from '../../api/v1alpha1/mover-contract.ts';
import type {BackupCounts, MoverResult, RepositoryFacts, RestoreCounts} from '../../api/v1alpha1/mover-contract.ts';

/*
What a pod says is input from outside: whoever may change pods in a namespace can write a termination message. So every member is
checked and bounded before it can reach a status, and a message that is not a result counts as none.
*/

const maxMessage = 1024;
const maxSkipped = 20;
const maxNewest = 50;

/** The result in a container's termination message; undefined when there is none or it is not one. */
export function parseMoverResult(message: string | undefined): MoverResult | undefined {
	if (!message || Buffer.byteLength(message) > resultMaxBytes) return undefined;
	const value = record(parseJson(message));
	if (!value || value['version'] !== 1) return undefined;
	const exitCode = Object.values(moverExitCodes).find(code => code === value['exitCode']);
	const outcome = oneOf(value['outcome'], ['Succeeded', 'SucceededWithWarnings', 'Failed'] as const);
	if (exitCode === undefined || !outcome || (exitCode === 0) !== (outcome !== 'Failed')) return undefined;
	const timings = record(value['timings']);
	const startedAt = time(timings?.['startedAt']);
	const endedAt = time(timings?.['endedAt']);
	if (!startedAt || !endedAt) return undefined;

	const errorCode = text(value['errorCode'], 64);
	const backup = backupCounts(record(value['backup']));
	const restore = restoreCounts(record(value['restore']));
	const repository = repositoryFacts(record(value['repository']));
	const openedAt = time(timings?.['openedAt']);
	const firstReadAt = time(timings?.['firstReadAt']);
	const skipped = skippedEntries(value['skipped']);
	return {
		version: 1,
		exitCode,
		outcome,
		...(errorCode && {errorCode}),
		message: sentence(value['message']),
		timings: {startedAt, ...(openedAt && {openedAt}), ...(firstReadAt && {firstReadAt}), endedAt},
		...(backup && {backup}),
		...(restore && {restore}),
		...(repository && {repository}),
		skipped,
		skippedTotal: Math.max(count(value['skippedTotal']), skipped.length),
		removedLocks: count(value['removedLocks']),
	};
}

function backupCounts(value: Fields | undefined): BackupCounts | undefined {
	if (!value) return undefined;
	const archive = archiveId(value['archive']);
	const parent = archiveId(value['parent']);
	return {
		...(archive && {archive}),
		...(parent && {parent}),
		filesTotal: count(value['filesTotal']),
		filesNew: count(value['filesNew']),
		filesChanged: count(value['filesChanged']),
		filesUnmodified: count(value['filesUnmodified']),
		directories: count(value['directories']),
		bytesRead: count(value['bytesRead']),
		bytesTotal: count(value['bytesTotal']),
		bytesAdded: count(value['bytesAdded']),
		bytesStored: count(value['bytesStored']),
	};
}

function restoreCounts(value: Fields | undefined): RestoreCounts | undefined {
	if (!value) return undefined;
	const archive = archiveId(value['archive']);
	const archiveTime = time(value['archiveTime']);
	return {
		...(archive && {archive}),
		...(archiveTime && {archiveTime}),
		filesTotal: count(value['filesTotal']),
		filesRestored: count(value['filesRestored']),
		filesUnchanged: count(value['filesUnchanged']),
		filesDeleted: count(value['filesDeleted']),
		bytesRestored: count(value['bytesRestored']),
		bytesTotal: count(value['bytesTotal']),
	};
}

function repositoryFacts(value: Fields | undefined): RepositoryFacts | undefined {
	const id = text(value?.['id'], 64);
	if (!value || !id || !/^[0-9a-f]{64}$/v.test(id)) return undefined;
	const newest = Array.isArray(value['newest']) ? value['newest'].slice(0, maxNewest) : [];
	return {
		id,
		created: value['created'] === true,
		archives: count(value['archives']),
		newest: newest.flatMap(item => newestArchive(record(item))),
		...(value['storedBytes'] !== undefined && {storedBytes: count(value['storedBytes'])}),
		locks: count(value['locks']),
	};
}

function newestArchive(value: Fields | undefined): RepositoryFacts['newest'] {
	const id = archiveId(value?.['id']);
	const at = time(value?.['time']);
	return value && id && at ? [{id, time: at, hostname: text(value['hostname'], 253) ?? '', path: text(value['path'], 4096) ?? ''}] : [];
}

function skippedEntries(value: unknown): MoverResult['skipped'] {
	if (!Array.isArray(value)) return [];
	return value.slice(0, maxSkipped).flatMap(item => {
		const entry = record(item);
		const path = text(entry?.['path'], 4096);
		const reason = text(entry?.['reason'], 64);
		return path && reason ? [{path, reason}] : [];
	});
}

export type Fields = Record<string, unknown>;

export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

export const record = (value: unknown): Fields | undefined => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined);

export const oneOf = <const Values extends readonly string[]>(value: unknown, values: Values): Values[number] | undefined => values.find(candidate => candidate === value);

export const count = (value: unknown): number => (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0);

export const time = (value: unknown): string | undefined => (typeof value === 'string' && value.length <= 64 && rfc3339.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined);

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+\-]\d{2}:\d{2})$/v;

const text = (value: unknown, maxLength: number): string | undefined => (typeof value === 'string' && value !== '' && value.length <= maxLength ? value : undefined);

const archiveId = (value: unknown): string | undefined => (typeof value === 'string' && /^[0-9a-f]{8,64}$/v.test(value) ? value : undefined);

/** One line of bounded length: it becomes part of a condition's message. */
const sentence = (value: unknown): string => (typeof value === 'string' ? value.replaceAll(/\s+/gv, ' ').trim().slice(0, maxMessage) : '');
