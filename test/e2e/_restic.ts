import {execFile} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import type {ExecutionContext} from 'ava';
import {resticBinaries} from '../oracle/_restic.ts';
import type {Repository} from './_repository.ts';
import {treeAt} from './_volume-from-outside.ts';
import type {Tree} from './_volume-view.ts';

const run = promisify(execFile);

/** Runs the newest restic on a repository in the store, from this machine. It has never heard of Lazarette. @returns its standard output */
export async function restic({password, store, space}: Repository, ...args: string[]): Promise<string> {
	const {path} = (await resticBinaries()).at(-1)!;
	const {endpoint, region, accessKeyId, secretAccessKey} = space.world.s3;
	const env = {
		PATH: process.env.PATH,
		HOME: process.env.HOME,
		RESTIC_REPOSITORY: `s3:${endpoint}/${store!.bucket}/${store!.prefix}`,
		RESTIC_PASSWORD: password,
		AWS_ACCESS_KEY_ID: accessKeyId,
		AWS_SECRET_ACCESS_KEY: secretAccessKey,
		AWS_DEFAULT_REGION: region,
		RESTIC_PROGRESS_FPS: '0',
		GOMAXPROCS: '2',
	};
	const answer = await run(path, ['--no-cache', '-o', 's3.bucket-lookup=path', ...args], {env, maxBuffer: 64 * 1024 * 1024}).then(
		({stdout}) => ({stdout}),
		({code, stdout, stderr}: {code?: unknown; stdout?: string; stderr?: string}) => ({failure: `ended with ${String(code)}: ${`${stderr ?? ''}${stdout ?? ''}`.slice(0, 2000)}`}),
	);
	if ('failure' in answer) throw new Error(`restic ${args.join(' ')} ${answer.failure}`);
	return answer.stdout;
}

/** What restic itself restores of a claim's archive, without an entry of the claim that may be too much for it. */
export async function resticTree(t: ExecutionContext, repository: Repository, archive: string, claimName: string, {without}: {without?: string} = {}): Promise<Tree> {
	const folder = await mkdtemp(join(tmpdir(), 'lazarette-e2e-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	await restic(repository, 'restore', archive, '--sparse', '--target', folder, ...(without === undefined ? [] : ['--exclude', `/${claimName}/${without}`]));
	return treeAt(join(folder, claimName));
}
