import {readFile, readdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {run, systemPath} from '../command.ts';

/** Debian packages in a tar: `extract` only unpacks them, so no maintainer script runs and there is no shell; `essential` is a system that works. */
export type RootFileSystem = {variant: 'extract' | 'essential'; packages: readonly string[]};

/** Writes the root file system of this machine's own Debian release, from the package sources that the machine itself uses. */
export async function writeRootFileSystem({variant, packages}: RootFileSystem, target: string, signal?: AbortSignal): Promise<void> {
	const release = /^VERSION_CODENAME=(\S+)$/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1];
	if (!release) throw new Error('/etc/os-release has no VERSION_CODENAME; base images are made on Debian');
	const options = [
		'--mode=root',
		`--variant=${variant}`,
		`--include=${packages.join(',')}`,
		...['doc', 'man', 'locale', 'info', 'lintian'].map(folder => `--dpkgopt=path-exclude=/usr/share/${folder}/*`),
	];
	await run(['mmdebstrap', '--quiet', ...options, release, target, ...(await aptSources())], {env: {...process.env, PATH: systemPath}, ...(signal ? {signal} : {})});
}

/** Certificates of the authorities that the package ships, in the one file that programs read; only a maintainer script would have made it. */
export async function writeAuthorities(rootFileSystem: string, target: string): Promise<void> {
	const certificates = await run(['tar', '--extract', '--to-stdout', '--wildcards', '--file', rootFileSystem, './usr/share/ca-certificates/mozilla/*.crt']);
	if (!certificates.includes('BEGIN CERTIFICATE')) throw new Error(`${rootFileSystem} holds no certificates of ca-certificates`);
	await writeFile(target, certificates);
}

async function aptSources(): Promise<string[]> {
	const folder = '/etc/apt/sources.list.d';
	const files = ['/etc/apt/sources.list', ...(await readdir(folder)).filter(file => /\.(list|sources)$/.test(file)).map(file => join(folder, file))];
	const contents = await Promise.all(files.map(async file => readFile(file, 'utf8').catch(() => '')));
	return files.filter((_, index) => /^\s*(deb\s|URIs:)/m.test(contents[index] ?? ''));
}
