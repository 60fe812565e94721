import {join} from 'node:path';
import {runCommand} from '../command.ts';
import type {Location} from '../stores/store.ts';
import type {Peer, Task, Workplace} from './peer.ts';

/** kopia, as it comes. */
export async function kopiaPeer(binary: string, signal: AbortSignal): Promise<Peer> {
	const version = /\d+\.\S+/.exec(await runCommand({program: binary, args: ['--version'], env: process.env}, signal))?.[0] ?? 'unknown';
	return {
		name: 'kopia',
		version,
		setting: 'defaults, which do not compress; its cache begins empty with each repository',
		isGuest: true,
		command(task, place) {
			const args = argumentsOf(task, place);
			return args && {program: binary, args, env: environment(place)};
		},
	};
}

function argumentsOf(task: Task, {location}: Workplace): string[] | undefined {
	switch (task.kind) {
		case 'init': return ['repository', 'create', ...repository(location)];
		case 'backup': return ['snapshot', 'create', task.source];
		case 'restore': return ['restore', task.source, task.target, '--mode', 'local'];
		case 'check': return ['snapshot', 'verify', '--verify-files-percent=100'];
		// Old snapshots keep their data for days whatever is done, so there is nothing to compare.
		case 'forget':
		case 'prune': return undefined;
	}
}

const environment = ({location, home, password}: Workplace): NodeJS.ProcessEnv => ({
	PATH: process.env.PATH,
	HOME: home,
	KOPIA_CONFIG_PATH: join(home, 'repository.config'),
	KOPIA_CACHE_DIRECTORY: join(home, 'cache'),
	KOPIA_LOG_DIR: join(home, 'logs'),
	KOPIA_PASSWORD: password,
	KOPIA_CHECK_FOR_UPDATES: 'false',
	...(location.kind === 's3' && {AWS_ACCESS_KEY_ID: location.accessKeyId, AWS_SECRET_ACCESS_KEY: location.secretAccessKey}),
});

function repository(location: Location): string[] {
	if (location.kind === 'file') return ['filesystem', '--path', location.path];
	return ['s3', '--bucket', location.bucket, '--prefix', `${location.prefix}/`, '--endpoint', new URL(location.endpoint).host, '--disable-tls'];
}
