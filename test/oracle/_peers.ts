import {mkdirSync, mkdtempSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {systemClock} from '../../src/base/clock.ts';
import {newRepository, password, reopen} from '../repository/restic/write/_repository.ts';
import {restic, resticOutput} from './_restic.ts';
import type {ExecutionContext} from 'ava';
import type {ResticRun} from './_restic.ts';
import type {RepositoryOptions, TestRepository} from '../repository/restic/write/_repository.ts';

/** One repository that restic and we use in turn, and a directory to back up. */
export type Peers = {
	source: string;
	/** The repository's directory. */
	path: string;
	/** Creates the repository as ours does. */
	create(options?: RepositoryOptions): Promise<TestRepository>;
	/** Opens it as another process of ours; close it before restic needs an exclusive lock. */
	open(options?: RepositoryOptions): Promise<TestRepository>;
	/** Runs restic in `source`; it must succeed. */
	restic(...args: string[]): Promise<string>;
	tryRestic(...args: string[]): Promise<ResticRun>;
	/** A fresh directory below the test's own. */
	directory(name: string): string;
};

export function peers(t: ExecutionContext, binary: string): Peers {
	const root = mkdtempSync(join(tmpdir(), 'lazarette-oracle-'));
	t.teardown(async () => rm(root, {recursive: true, force: true}));
	const directory = (name: string): string => {
		mkdirSync(join(root, name));
		return join(root, name);
	};
	const source = directory('source');
	const path = join(root, 'repository');
	return {
		source,
		path,
		directory,
		create: async options => newRepository(t, {path, clock: systemClock, ...options}),
		open: async options => reopen(t, path, {clock: systemClock, ...options}),
		restic: async (...args) => resticOutput(binary, path, password, args, {cwd: source}),
		tryRestic: async (...args) => restic(binary, path, password, args, {cwd: source}),
	};
}

/** The root tree of the newest snapshot, as restic tells it. */
export async function newestTree(on: Peers): Promise<string> {
	const snapshots = JSON.parse(await on.restic('snapshots', '--json')) as Array<{time: string; tree: string}>;
	return snapshots.sort((a, b) => Date.parse(a.time) - Date.parse(b.time)).at(-1)!.tree;
}

/** Whether this version is at least the other, e.g. `0.18.0` and `0.16`. */
export function isAtLeast(version: string, other: string): boolean {
	const [a, b] = [version, other].map(text => text.split('.').map(Number));
	return a![0]! > b![0]! || (a![0] === b![0] && a![1]! >= b![1]!);
}
