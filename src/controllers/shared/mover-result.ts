import {moverExitCodes, resultMaxBytes} from '../../api/v1alpha1/mover-contract.ts';
import type {BackupCounts, MoverResult, RepositoryFacts, RestoreCounts} from '../../api/v1alpha1/mover-contract.ts';
import {maintenanceFacts} from './maintenance-facts.ts';
import {archiveId, count, newestArchive, oneOf, parseJson, record, sentence, text, time} from './untrusted.ts';
import type {Fields} from './untrusted.ts';

/*
What a pod says is input from outside: whoever may change pods in a namespace can write a termination message. So every member is
checked and bounded before it can reach a status, and a message that is not a result counts as none.
*/

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
	const maintenance = maintenanceFacts(record(value['maintenance']));
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
		...(maintenance && {maintenance}),
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
		...(value['logicalBytes'] !== undefined && {logicalBytes: count(value['logicalBytes'])}),
		locks: count(value['locks']),
		...(Array.isArray(value['heldLocks']) && {heldLocks: value['heldLocks'].slice(0, 10).flatMap(item => heldLock(record(item)))}),
		...keyIds(value),
	};
}

function heldLock(value: Fields | undefined): NonNullable<RepositoryFacts['heldLocks']> {
	const id = archiveId(value?.['id']);
	const refreshedAt = time(value?.['refreshedAt']);
	return value && id && refreshedAt ? [{id, refreshedAt, hostname: text(value['hostname'], 253) ?? '', username: text(value['username'], 253) ?? '', exclusive: value['exclusive'] === true}] : [];
}

function keyIds(value: Fields): Pick<RepositoryFacts, 'keyId' | 'previousKeyId'> {
	const keyId = archiveId(value['keyId']);
	const previousKeyId = archiveId(value['previousKeyId']);
	return {...(keyId && {keyId}), ...(previousKeyId && {previousKeyId})};
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
