import {execFile} from 'node:child_process';
import {access, chmod, copyFile, glob, mkdir, mkdtemp, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';

const run = promisify(execFile);

export type ResticBinary = {
	/** e.g. `0.19.1` */
	version: string;
	path: string;
};

/** The oldest that users still have, the one of Debian's stable release, and the newest packaged. */
const suites = ['bookworm', 'trixie', 'sid'];

let found: Promise<ResticBinary[]> | undefined;

/**
restic in several versions, oldest first, taken from Debian's packages without installing them and kept in the user's cache. A suite that cannot be
had is left out with a word on stderr; none at all is an error.
*/
export function resticBinaries(): Promise<ResticBinary[]> {
	found ??= findBinaries();
	return found;
}

/** Runs restic on a repository without its cache. Never rejects for an exit code: 11 and 12 are answers too. */
export async function restic(path: string, repository: string, password: string, args: string[], options: {cwd?: string} = {}): Promise<ResticRun> {
	const env = {PATH: process.env.PATH, HOME: process.env.HOME, RESTIC_REPOSITORY: repository, RESTIC_PASSWORD: password, RESTIC_PROGRESS_FPS: '0', GOMAXPROCS: '2'};
	try {
		const {stdout, stderr} = await run(path, ['--no-cache', ...args], {...options, env, maxBuffer: 256 * 1024 * 1024});
		return {code: 0, stdout, stderr};
	} catch (error) {
		const {code, stdout, stderr} = error as {code?: unknown; stdout?: string; stderr?: string};
		if (typeof code !== 'number') throw error;
		return {code, stdout: stdout ?? '', stderr: stderr ?? ''};
	}
}

export type ResticRun = {code: number; stdout: string; stderr: string};

/** As `restic`, for what must work: the standard output. */
export async function resticOutput(...call: Parameters<typeof restic>): Promise<string> {
	const {code, stdout, stderr} = await restic(...call);
	if (code !== 0) throw new Error(`${call[0]} ${call[3].join(' ')} ended with exit code ${code}: ${stderr}${stdout}`);
	return stdout;
}

async function findBinaries(): Promise<ResticBinary[]> {
	const binaries: ResticBinary[] = [];
	for (const suite of suites) {
		try {
			const path = await fetchFrom(suite);
			const {stdout} = await run(path, ['version']);
			const version = /^restic (\d+\.\d+\.\d+)/.exec(stdout)?.[1];
			if (!version) throw new Error(`${path} version said ${stdout}`);
			if (!binaries.some(binary => binary.version === version)) binaries.push({version, path});
		} catch (error) {
			console.error(`restic of Debian ${suite} is left out: ${error instanceof Error ? error.message : String(error)}`);
		}
	}

	if (binaries.length === 0) throw new Error('no restic could be had: these tests need a Debian machine with apt-get, dpkg and its package archive in reach');
	console.error(`restic versions: ${binaries.map(binary => binary.version).join(', ')}`);
	return binaries;
}

/** The path of the suite's binary, from the cache once it has been fetched. */
async function fetchFrom(suite: string): Promise<string> {
	const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'lazarette/restic');
	const path = join(cache, suite, 'restic');
	if (await exists(path)) return path;

	await mkdir(join(cache, suite), {recursive: true});
	const scratch = await mkdtemp(join(cache, `${suite}-`));
	try {
		const archive = await debianArchive();
		await writeFile(join(scratch, 'sources.list'), `deb ${archive.options}${archive.address} ${suite} main\n`);
		await writeFile(join(scratch, 'status'), '');
		for (const folder of ['lists/partial', 'cache/archives/partial', 'package']) await mkdir(join(scratch, folder), {recursive: true});
		const settings = {
			'Dir::Etc::sourcelist': join(scratch, 'sources.list'),
			'Dir::Etc::sourceparts': '/dev/null',
			'Dir::State::lists': join(scratch, 'lists'),
			'Dir::State::status': join(scratch, 'status'),
			'Dir::Cache': join(scratch, 'cache'),
			// apt's own user cannot enter a private cache directory.
			'APT::Sandbox::User': 'root',
			'Acquire::Languages': 'none',
		};
		const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
		await run('apt-get', [...options, '-qq', 'update'], {cwd: scratch});
		await run('apt-get', [...options, '-qq', 'download', 'restic'], {cwd: scratch});
		for await (const file of glob('restic_*.deb', {cwd: scratch})) await run('dpkg', ['-x', join(scratch, file), join(scratch, 'package')]);

		// Another test process may have been first; the rename then replaces equal bytes.
		const ready = join(scratch, 'restic');
		await copyFile(join(scratch, 'package/usr/bin/restic'), ready);
		await chmod(ready, 0o755);
		await rename(ready, path);
		return path;
	} finally {
		await rm(scratch, {recursive: true, force: true});
	}
}

/** Where this machine gets the packages of its own Debian release from; entries of other vendors stand beside it. */
async function debianArchive(): Promise<{address: string; options: string}> {
	const release = await readFile('/etc/os-release', 'utf8');
	const codename = /^VERSION_CODENAME=(.+)$/m.exec(release)?.[1];
	if (!/^ID=debian$/m.test(release) || !codename) throw new Error('this is no Debian machine');

	for await (const file of glob('/etc/apt/sources.list.d/*.sources')) {
		for (const stanza of (await readFile(file, 'utf8')).split(/\n\s*\n/)) {
			const field = (name: string) => new RegExp(`^${name}:\\s*(.+)$`, 'mi').exec(stanza)?.[1]?.trim();
			const address = field('URIs')?.split(/\s+/)[0];
			const keyring = field('Signed-By');
			if (address && field('Suites')?.split(/\s+/).includes(codename)) return {address, options: keyring?.startsWith('/') ? `[signed-by=${keyring}] ` : ''};
		}
	}

	const lines = await readFile('/etc/apt/sources.list', 'utf8').catch(() => '');
	const line = new RegExp(`^deb\\s+(\\[[^\\]]*\\]\\s+)?(\\S+)\\s+${codename}\\s+.*\\bmain\\b`, 'm').exec(lines);
	if (!line?.[2]) throw new Error(`no apt source of this machine names Debian ${codename}`);
	return {address: line[2], options: line[1] ?? ''};
}

const exists = (path: string): Promise<boolean> =>
	access(path).then(
		() => true,
		() => false,
	);
