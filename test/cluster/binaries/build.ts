import {createHash} from 'node:crypto';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {cachedFolder} from '../cached-folder.ts';
import {run} from '../command.ts';
import {groups} from './groups.ts';
import type {Log} from '../cached-folder.ts';
import type {Group, GroupName} from './groups.ts';

export const moduleFolder = (name: string): string => join(import.meta.dirname, '../go', name);

/** Folder with a group's commands, built on first use. */
export async function buildGroup(name: GroupName, log: Log, signal?: AbortSignal): Promise<string> {
	const group: Group = groups[name];
	const source = moduleFolder(name);
	const flags = await buildFlags(group, source);
	return cachedFolder({title: group.title, kind: 'bin', name, key: await cacheKey(source, flags)}, log, async target => {
		const env = {...process.env, ...flags.environment, GOBIN: target};
		await run(['go', 'install', ...flags.arguments, 'tool'], {cwd: source, env, ...(signal ? {signal} : {})});
	});
}

type BuildFlags = {arguments: string[]; environment: Record<string, string>};

async function buildFlags(group: Group, source: string): Promise<BuildFlags> {
	const version = new RegExp(`^\\s*(?:require )?${RegExp.escape(group.module)} (v\\S+)`, 'm').exec(await readFile(join(source, 'go.mod'), 'utf8'))?.[1];
	if (!version) throw new Error(`${join(source, 'go.mod')} does not require ${group.module}; nothing was built`);
	const stamps = Object.entries(group.stamp?.(version) ?? {}).map(([variable, value]) => `-X ${variable}=${value}`);
	return {
		arguments: ['-trimpath', '-buildvcs=false', ...(group.tags ? ['-tags', group.tags.join(',')] : []), '-ldflags', ['-s -w', ...stamps].join(' ')],
		environment: {CGO_ENABLED: group.cgo ? '1' : '0', GOFLAGS: '', GOWORK: 'off'},
	};
}

async function cacheKey(source: string, flags: BuildFlags): Promise<string> {
	const hash = createHash('sha256');
	// Asked in the module's folder: its go.mod may select another toolchain.
	hash.update(await run(['go', 'version'], {cwd: source, env: process.env}));
	hash.update(JSON.stringify(flags));
	for (const file of (await readdir(source)).toSorted()) hash.update(`\0${file}\0`).update(await readFile(join(source, file)));
	return hash.digest('hex').slice(0, 16);
}
