import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {tmpdir} from 'node:os';
import type {ExecutionContext} from 'ava';
import {neverAborts} from '../../src/base/abort.ts';
import type {Clock} from '../../src/base/clock.ts';
import {systemRandom} from '../../src/base/random.ts';
import {archiveDirectory} from '../../src/engine/archive/archive-directory.ts';
import type {ArchiveDirectory} from '../../src/engine/archive/archive-directory.ts';
import type {ArchiveOutcome} from '../../src/engine/archive/archive-outcome.ts';
import {noIdentities} from '../../src/engine/archive/identities.ts';
import type {FileSystem} from '../../src/engine/file-system/file-system.ts';
import {openLinuxFileSystem} from '../../src/engine/file-system/linux/open-linux-file-system.ts';
import {restoreArchive} from '../../src/engine/restore/restore-archive.ts';
import type {RestoreArchive} from '../../src/engine/restore/restore-archive.ts';
import type {RestoreOutcome} from '../../src/engine/restore/restore-outcome.ts';
import type {Archive} from '../../src/repository/archive.ts';
import type {Node} from '../../src/repository/node.ts';
import type {Repository} from '../../src/repository/repository.ts';
import {judgeAllLive} from '../../src/repository/restic/lock/lock-policy.ts';
import {createResticRepository} from '../../src/repository/restic/restic-repository.ts';
import {openFilesystemStorage} from '../../src/storage/filesystem/open-filesystem-storage.ts';

/** A repository of the test's own, a source, and a place for targets; all of it goes with the test. */
export type Workshop = {
	repository: Repository;
	fileSystem: FileSystem;
	clock: ManualClock;
	/** Path of an entry of the source. */
	source: (path?: string) => string;
	/** Path of an entry of the target. */
	target: (path?: string) => string;
	/** Writes files of the source: path to content; a path that ends in a slash is a directory. */
	write: (files: Record<string, string | Buffer>) => void;
	archive: (options?: Partial<ArchiveDirectory>) => Promise<ArchiveOutcome>;
	restore: (archive: Archive, options?: Partial<RestoreArchive>) => Promise<RestoreOutcome>;
};

export const volume = '/volume';

export async function workshop(t: ExecutionContext): Promise<Workshop> {
	const directory = temporaryDirectory(t);
	const clock = manualClock();
	const fileSystem = await openLinuxFileSystem();
	const repository = await newRepository(t, join(directory, 'repository'), clock);
	const source = (path = ''): string => join(directory, 'source', path);
	const target = (path = ''): string => join(directory, 'target', path);
	mkdirSync(source());
	return {
		repository,
		fileSystem,
		clock,
		source,
		target,
		write(files) {
			for (const [path, content] of Object.entries(files)) {
				mkdirSync(path.endsWith('/') ? source(path) : dirname(source(path)), {recursive: true});
				if (!path.endsWith('/')) writeFileSync(source(path), content);
			}
		},
		archive(options) {
			// Each archive is a minute younger than the one before.
			clock.advance(60_000);
			return archiveDirectory({
				repository,
				fileSystem,
				source: {directory: source(), recordedAs: volume},
				hostname: 'host',
				username: 'tester',
				tags: [],
				time: clock.now(),
				parent: 'auto',
				onEmptySource: 'fail',
				onUnreadable: 'warn',
				identities: noIdentities,
				clock,
				signal: neverAborts,
				...options,
			});
		},
		restore: (archive, options) =>
			restoreArchive({
				repository,
				fileSystem,
				archive,
				subtree: volume,
				target: target(),
				paths: [],
				overwrite: 'IfChanged',
				deleteExtra: false,
				preview: false,
				ownership: 'archive',
				clock,
				signal: neverAborts,
				...options,
			}),
	};
}

export function temporaryDirectory(t: ExecutionContext, within = tmpdir()): string {
	const directory = mkdtempSync(join(within, 'lazarette-engine-'));
	t.teardown(() => rmSync(directory, {recursive: true, force: true}));
	return directory;
}

async function newRepository(t: ExecutionContext, path: string, clock: Clock): Promise<Repository> {
	const storage = openFilesystemStorage({kind: 'filesystem', path});
	const repository = await createResticRepository({
		storage,
		password: 'wueQTmy1tlpgQEGoofPDA7+D+bjSjTYsUGEgPMmYSuU=',
		clock,
		random: systemRandom,
		signal: neverAborts,
		holder: {hostname: 'pod.namespace.cluster', username: 'tester', pid: 7, uid: 0, gid: 0},
		judgeLock: judgeAllLive,
	});
	t.teardown(async () => {
		await repository.close();
		await storage.close();
	});
	return repository;
}

export type ManualClock = Clock & {advance(ms: number): void};

/** Time passes by `advance` and by short sleeps only; a long one, such as that of a lock's refresh, lasts until its signal aborts. */
export function manualClock(): ManualClock {
	const start = Date.parse('2026-11-22T10:00:00Z');
	let passed = 0;
	return {
		now: () => new Date(start + passed),
		monotonicMs: () => passed,
		advance(ms) {
			passed += ms;
		},
		async sleep(ms, signal) {
			signal?.throwIfAborted();
			if (ms <= 1000) passed += ms;
			else await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
		},
	};
}

/** Every path of an archive, in stored order; directories end in a slash. Names that are not UTF-8 come as their hex in angle brackets. */
export async function listArchive(repository: Repository, archive: Archive): Promise<string[]> {
	return Array.from(await nodesOf(repository, archive), ([path, {type}]) => (type === 'dir' ? `${path}/` : path));
}

/** All nodes of an archive by path. */
export async function nodesOf(repository: Repository, archive: Archive): Promise<Map<string, Node>> {
	const reader = await repository.openArchive(archive, neverAborts);
	const nodes = new Map<string, Node>();
	const list = async (treeId: string, prefix: string): Promise<void> => {
		for await (const node of reader.readTree(treeId, neverAborts)) {
			const text = node.name.toString();
			const path = `${prefix}/${Buffer.from(text).equals(node.name) ? text : `<${node.name.toString('hex')}>`}`;
			nodes.set(path, node);
			if (node.subtree !== undefined) await list(node.subtree, path);
		}
	};
	await list(archive.tree, '');
	return nodes;
}
