import {cpSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {neverAborts} from '../../../../src/base/abort.ts';
import {openFilesystemStorage} from '../../../../src/storage/filesystem/open-filesystem-storage.ts';
import {openResticRepository} from '../../../../src/repository/restic/restic-repository.ts';
import {repositoryOptions, temporaryDirectory, testHolder} from '../write/_repository.ts';
import {stopping} from './_stop-at.ts';
import type {ExecutionContext} from 'ava';
import type {Storage} from '../../../../src/storage/storage.ts';
import type {ResticRepository} from '../../../../src/repository/restic/restic-repository.ts';

export type StoppedEverywhere = {
	/** A repository's directory; stays as it is. */
	origin: string;
	work: (repository: ResticRepository) => Promise<unknown>;
	/** Around the store of the work that is stopped. */
	wrap?: (storage: Storage) => Storage;
	/** Looks at what a stop left, and after that at what the repetition of the work made of it. */
	afterStop: (path: string, repository: ResticRepository) => Promise<void>;
	afterRepetition: (path: string, repository: ResticRepository) => Promise<void>;
	/** The passwords to try, the first that opens counts. */
	passwords?: string[];
};

const dead = {...testHolder, hostname: 'killed-pod'};

/** Stops the work at every call it makes to the store, before and after the store has done its part, each time in a fresh copy, and repeats it. Returns the number of stops. */
export async function stoppedEverywhere(t: ExecutionContext, {origin, work, wrap = storage => storage, afterStop, afterRepetition, passwords}: StoppedEverywhere): Promise<number> {
	t.timeout(10 * 60_000, 'hundreds of runs, each with its own copy');
	let stops = 0;
	for (const moment of ['before', 'after'] as const) {
		for (let at = 1; ; at++) {
			const path = join(temporaryDirectory(t), 'copy');
			cpSync(origin, path, {recursive: true});
			const inner = openFilesystemStorage({kind: 'filesystem', path});
			const store = stopping(wrap(inner));
			const repository = await openResticRepository(repositoryOptions(store.storage, {holder: dead, password: passwords?.[0] ?? repositoryOptions(inner).password}));
			store.stopAt(at, moment);
			const outcome = await work(repository).then(
				() => 'done',
				() => 'stopped',
			);
			const {calls} = store;
			await repository.close().catch(() => {});
			await inner.close();
			if (calls < at) {
				t.is(outcome, 'done');
				rmSync(path, {recursive: true});
				break;
			}
			stops++;

			await reopened(path, passwords, async next => afterStop(path, next));
			await reopened(path, passwords, async next => {
				await work(next);
				await afterRepetition(path, next);
			});
			rmSync(path, {recursive: true});
		}
	}
	return stops;
}

/** As the next process does, who knows that the killed one is gone. */
async function reopened(path: string, passwords: string[] | undefined, use: (repository: ResticRepository) => Promise<void>): Promise<void> {
	const storage = openFilesystemStorage({kind: 'filesystem', path});
	let repository: ResticRepository | undefined;
	for (const password of passwords ?? [repositoryOptions(storage).password]) {
		repository ??= await openResticRepository(repositoryOptions(storage, {password, judgeLock: ({hostname}) => (hostname === dead.hostname ? 'dead' : 'live')})).catch(() => undefined);
	}
	try {
		if (!repository) throw new Error('no password opens the repository any more');
		await use(repository);
		await repository.close();
	} finally {
		await storage.close();
	}
}

/** What the archives' check says, and whether any lock is left. */
export async function problemsOf(repository: ResticRepository): Promise<unknown> {
	const {problems} = await repository.check({readData: true}, neverAborts);
	return problems;
}
