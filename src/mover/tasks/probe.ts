import type {HeldLockFacts, MoverRequest, NewestArchive, ProbeTask, RepositoryFacts} from '../../api/v1alpha1/mover-contract.ts';
import {isLazaretteError} from '../../base/errors.ts';
import type {Archive} from '../../repository/archive.ts';
import type {Lock} from '../../repository/restic/lock/lock-file.ts';
import {createResticRepository} from '../../repository/restic/restic-repository.ts';
import type {OpenResticRepository} from '../../repository/restic/restic-repository.ts';
import type {Storage} from '../../storage/storage.ts';
import type {MoverContext, TaskResult} from '../mover-context.ts';
import {repositoryOptions} from '../open-request-repository.ts';
import {adoptPassword, readPreviousPassword} from './adopt-password.ts';
import type {Adopted} from './adopt-password.ts';

/** Opens the repository, or creates it where that is asked for and the location is empty, removes dead locks, and tells what is in it. */
export async function probe(request: MoverRequest, task: ProbeTask, storage: Storage, context: MoverContext): Promise<TaskResult> {
	const options = await repositoryOptions(request, storage, context);
	const {repository, created, added, previousKeyId} = await openOrCreate(options, task);
	context.opened();
	try {
		const {removed, kept} = await repository.unlock({}, context.signal);
		const archives = await repository.archives(context.signal);
		const facts: RepositoryFacts = {
			id: repository.id,
			created,
			archives: archives.length,
			newest: newestOfEach(archives),
			storedBytes: await storedBytes(storage, context.signal),
			logicalBytes: archives.reduce((sum, {summary}) => sum + (summary?.totalBytesProcessed ?? 0), 0),
			locks: kept.length,
			heldLocks: kept.flatMap(({id, lock}) => (lock ? [heldLock(id, lock)] : [])).slice(0, mostLocks),
			keyId: repository.keyId,
			...(previousKeyId && {previousKeyId}),
		};
		const message = created ? `created a repository at ${storage.location}` : `opened the repository at ${storage.location}: ${archives.length} archives${added ? '; the new password was added' : ''}`;
		return {outcome: 'Succeeded', message, repository: facts, skipped: [], skippedTotal: 0, removedLocks: removed.length};
	} finally {
		await repository.close();
	}
}

async function openOrCreate(options: OpenResticRepository, {initialize, adoptPassword: adopt}: ProbeTask): Promise<Adopted & {created: boolean}> {
	if (initialize && options.expectedId === undefined) {
		try {
			return {repository: await createResticRepository(options), created: true, added: false};
		} catch (error) {
			if (!isLazaretteError(error, 'RepositoryExists')) throw error;
		}
	}

	return {...(await adoptPassword(options, adopt ? await readPreviousPassword() : undefined)), created: false};
}

const mostLocks = 10;

const heldLock = (id: string, {hostname, username, exclusive, time}: Lock): HeldLockFacts => ({id: id.slice(0, 8), hostname: hostname.slice(0, 253), username: username.slice(0, 253), exclusive, refreshedAt: time.toISOString()});

/** Newest archive of each host and path, the most recent first. */
export function newestOfEach(archives: readonly Archive[], most = 50): NewestArchive[] {
	const newest = new Map<string, NewestArchive>();
	for (const {id, time, hostname, paths} of archives.toSorted((a, b) => b.time.getTime() - a.time.getTime())) {
		const path = paths.join(':');
		const key = `${hostname}\0${path}`;
		if (!newest.has(key)) newest.set(key, {id, time: time.toISOString(), hostname, path});
		if (newest.size === most) break;
	}

	return [...newest.values()];
}

async function storedBytes(storage: Storage, signal: AbortSignal): Promise<number> {
	let bytes = 0;
	for await (const {size} of storage.list('data/', signal)) bytes += size;
	return bytes;
}
