import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {debianProgram} from './_debian-program.ts';

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
			const path = await debianProgram({suite, packageName: 'restic', program: 'restic'});
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
