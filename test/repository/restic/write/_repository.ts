import {mkdtempSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {neverAborts} from '../../../../src/base/abort.ts';
import {systemRandom} from '../../../../src/base/random.ts';
import {createResticRepository, openResticRepository} from '../../../../src/repository/restic/restic-repository.ts';
import {judgeAllLive} from '../../../../src/repository/restic/lock/lock-policy.ts';
import {openFilesystemStorage} from '../../../../src/storage/filesystem/open-filesystem-storage.ts';
import type {ExecutionContext} from 'ava';
import type {Clock} from '../../../../src/base/clock.ts';
import type {ChunkerChoice} from '../../../../src/repository/restic/files/config.ts';
import type {OpenResticRepository, ResticRepository} from '../../../../src/repository/restic/restic-repository.ts';
import type {Storage} from '../../../../src/storage/storage.ts';

/** Of the generated kind, which costs a few milliseconds to derive a key from. */
export const password = 'wueQTmy1tlpgQEGoofPDA7+D+bjSjTYsUGEgPMmYSuU=';

/** A directory of the test's own, removed with it. */
export function temporaryDirectory(t: ExecutionContext): string {
	const path = mkdtempSync(join(tmpdir(), 'lazarette-test-'));
	t.teardown(async () => rm(path, {recursive: true, force: true}));
	return path;
}

/** Time passes only by `advance` and by sleeps of less than a minute, which end at once; longer ones (lock refresh) last until their signal aborts. */
export function testClock(): Clock & {advance(ms: number): void} {
	const start = Date.parse('2026-11-22T10:00:00Z');
	let ms = 0;
	return {
		now: () => new Date(start + ms),
		monotonicMs: () => ms,
		advance(by) {
			ms += by;
		},
		async sleep(forMs, signal) {
			signal?.throwIfAborted();
			if (forMs < 60_000) ms += forMs;
			else await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
		},
	};
}

export const testHolder = {hostname: 'pod.namespace.cluster', username: 'mover', pid: 7, uid: 0, gid: 0};

export type RepositoryOptions = Partial<OpenResticRepository> & {path?: string; /** Of a new repository. */ chunker?: ChunkerChoice; wrap?: (storage: Storage) => Storage};

/** Everything but storage: quick, and with nobody else about. */
export function repositoryOptions(storage: Storage, options: RepositoryOptions = {}): OpenResticRepository {
	return {storage, password, clock: testClock(), random: systemRandom, signal: neverAborts, holder: testHolder, judgeLock: judgeAllLive, ...options};
}

export type TestRepository = {path: string; storage: Storage; repository: ResticRepository};

/** A new repository in a directory, closed and removed with the test. */
export async function newRepository(t: ExecutionContext, options: RepositoryOptions = {}): Promise<TestRepository> {
	const path = options.path ?? join(temporaryDirectory(t), 'repository');
	const plain = openFilesystemStorage({kind: 'filesystem', path});
	const storage = options.wrap?.(plain) ?? plain;
	const repository = await createResticRepository(repositoryOptions(storage, options));
	closeAfter(t, repository, plain);
	return {path, storage, repository};
}

/** Another process that opens the repository at `path`. */
export async function reopen(t: ExecutionContext, path: string, options: RepositoryOptions = {}): Promise<TestRepository> {
	const plain = openFilesystemStorage({kind: 'filesystem', path});
	const storage = options.wrap?.(plain) ?? plain;
	const repository = await openResticRepository(repositoryOptions(storage, options));
	closeAfter(t, repository, plain);
	return {path, storage, repository};
}

function closeAfter(t: ExecutionContext, repository: ResticRepository, storage: Storage): void {
	t.teardown(async () => {
		await repository.close().catch(() => undefined);
		await storage.close();
	});
}
