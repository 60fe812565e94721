import {execFile} from 'node:child_process';
import {copyFileSync, mkdirSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {promisify} from 'node:util';

const run = promisify(execFile);

export type JailedRestic = (args: string[], workingDirectory?: string) => Promise<string>;

/**
restic with `root` as the root of all it sees, so that archives name the paths that they would in another operator's mover. It finds the repository
at `/repository`. In a user namespace, so that nobody needs to be root for it.
*/
export async function jailedRestic(root: string, binary: string, password: string): Promise<JailedRestic> {
	mkdirSync(join(root, 'tmp'), {recursive: true});
	copyFileSync(binary, join(root, 'restic'));
	const {stdout} = await run('ldd', [binary]).catch(() => ({stdout: ''}));
	for (const [, library] of stdout.matchAll(/(\/\S+) \(0x/g)) {
		if (library === undefined) continue;
		mkdirSync(join(root, dirname(library)), {recursive: true});
		copyFileSync(library, join(root, dirname(library), basename(library)));
	}
	return async (args, workingDirectory = '/') => {
		const env = {PATH: process.env.PATH, HOME: '/tmp', RESTIC_REPOSITORY: '/repository', RESTIC_PASSWORD: password, GOMAXPROCS: '2'};
		return (await run('unshare', ['--map-root-user', '--root', root, '--wd', workingDirectory, '/restic', '--no-cache', ...args], {env, cwd: root})).stdout;
	};
}
