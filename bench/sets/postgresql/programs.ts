import {access, cp, glob, mkdir, mkdtemp, readFile, rename, rm} from 'node:fs/promises';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {runCommand} from '../../command.ts';
import {SetUnavailable} from '../data-set.ts';

export type PostgresPrograms = {
	/** Directory with `initdb`, `postgres` and `pgbench`. */
	directory: string;
	/** What the programs need in their environment. */
	env: NodeJS.ProcessEnv;
	version: string;
};

/**
Debian's PostgreSQL: the installed one, else its packages, unpacked into the user's cache and from there to `copy`, where the server's user can reach them;
nothing is installed.
@throws SetUnavailable when neither can be had
*/
export async function postgresPrograms(copy: string, log: (line: string) => void, signal: AbortSignal): Promise<PostgresPrograms> {
	const installed = await programsBelow('/');
	if (installed) return withVersion(installed, signal);
	const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'lazarette/postgresql');
	try {
		if (!(await programsBelow(cache))) await unpackPackages(cache, log, signal);
		await cp(cache, copy, {recursive: true, verbatimSymlinks: true});
		const unpacked = await programsBelow(copy);
		if (!unpacked) throw new Error('the packages hold no server: this machine\'s list of packages says that it is installed');
		return await withVersion(unpacked, signal);
	} catch (error) {
		if (signal.aborted) throw error;
		throw new SetUnavailable(`PostgreSQL is not installed, and Debian's packages of it cannot be had: ${error instanceof Error ? error.message : String(error)}`);
	}
}

type Found = {directory: string; env: NodeJS.ProcessEnv};

async function programsBelow(root: string): Promise<Found | undefined> {
	for await (const server of glob('usr/lib/postgresql/*/bin/postgres', {cwd: root})) {
		const directory = join(root, server, '..');
		const complete = await Promise.all(['initdb', 'pgbench'].map(async name => access(join(directory, name)))).then(() => true, () => false);
		if (!complete) continue;
		const libraries = root === '/' ? [] : await Array.fromAsync(glob('usr/lib/*-linux-gnu*', {cwd: root}), path => join(root, path));
		return {directory, env: {PATH: process.env.PATH, LC_ALL: 'C', ...(libraries.length > 0 && {LD_LIBRARY_PATH: libraries.join(':')})}};
	}
	return undefined;
}

const withVersion = async ({directory, env}: Found, signal: AbortSignal): Promise<PostgresPrograms> => ({
	directory,
	env,
	version: (await runCommand({program: join(directory, 'postgres'), args: ['--version'], env}, signal)).trim(),
});

async function unpackPackages(cache: string, log: (line: string) => void, signal: AbortSignal): Promise<void> {
	if (!/^ID=debian$/m.test(await readFile('/etc/os-release', 'utf8'))) throw new Error('this is no Debian machine');
	log('fetching Debian\'s PostgreSQL packages');
	await mkdir(join(cache, '..'), {recursive: true});
	const scratch = await mkdtemp(`${cache}-`);
	try {
		const folders = {lists: join(scratch, 'lists'), cache: join(scratch, 'cache'), root: join(scratch, 'root')};
		for (const folder of [`${folders.lists}/partial`, `${folders.cache}/archives/partial`, folders.root]) await mkdir(folder, {recursive: true});
		// The system's own list of installed packages stays in force: only what is missing here is fetched. apt's user cannot enter a private directory.
		const settings = {'Dir::State::lists': folders.lists, 'Dir::Cache': folders.cache, 'APT::Sandbox::User': 'root', 'Acquire::Languages': 'none', 'Debug::NoLocking': 'true'};
		const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
		const apt = async (...args: string[]): Promise<string> => runCommand({program: 'apt-get', args: [...options, '-qq', ...args], env: process.env}, signal);
		await apt('update');
		await apt('install', '--download-only', '--yes', '--no-install-recommends', 'postgresql');
		for await (const archive of glob('archives/*.deb', {cwd: folders.cache})) await runCommand({program: 'dpkg', args: ['-x', join(folders.cache, archive), folders.root], env: process.env}, signal);
		await rm(cache, {recursive: true, force: true});
		await rename(folders.root, cache);
	} finally {
		await rm(scratch, {recursive: true, force: true});
	}
}
