import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {buildGroup} from './build.ts';
import {clusterGroups} from './groups.ts';
import type {Log} from '../cached-folder.ts';
import type {GroupName} from './groups.ts';

/** Absolute paths: each command by its own name, and each group's folder. */
export type Binaries = {
	command(name: string): string;
	folder(group: GroupName): string;
};

/** Builds what the cluster runs, one group after the other: each build uses all processors by itself. */
export async function clusterBinaries(log: Log, signal?: AbortSignal): Promise<Binaries> {
	const folders = new Map<GroupName, string>();
	const commands = new Map<string, string>();
	for (const group of clusterGroups) {
		const folder = await buildGroup(group, log, signal);
		folders.set(group, folder);
		for (const command of await readdir(folder)) commands.set(command, join(folder, command));
	}

	return {command: name => found(commands, name), folder: group => found(folders, group)};
}

/** A command that tests use beside the cluster's own. */
export const helmBinary = async (log: Log, signal?: AbortSignal): Promise<string> => join(await buildGroup('helm', log, signal), 'helm');

function found<K, V>(map: ReadonlyMap<K, V>, key: K): V {
	const value = map.get(key);
	if (value === undefined) throw new Error(`no group of test/cluster/go builds ${String(key)}`);
	return value;
}
