import {execFile} from 'node:child_process';
import {access, chmod, copyFile, glob, mkdir, mkdtemp, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';

const run = promisify(execFile);

export type DebianProgram = {
	/** Codename of a release. */
	suite: string;
	packageName: string;
	/** In the package's /usr/bin. */
	program: string;
};

/** The path of a program of a Debian package, taken without installing it: from the cache once it has been fetched. */
export async function debianProgram({suite, packageName, program}: DebianProgram): Promise<string> {
	const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'lazarette', packageName);
	const path = join(cache, suite, program);
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
		await run('apt-get', [...options, '-qq', 'download', packageName], {cwd: scratch});
		for await (const file of glob(`${packageName}_*.deb`, {cwd: scratch})) await run('dpkg', ['-x', join(scratch, file), join(scratch, 'package')]);

		// Another test process may have been first; the rename then replaces equal bytes.
		const ready = join(scratch, program);
		await copyFile(join(scratch, 'package/usr/bin', program), ready);
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
