import {runCommand} from '../command.ts';
import type {Location} from '../stores/store.ts';
import type {Peer, Task, Workplace} from './peer.ts';

/** rustic, as it comes. */
export async function rusticPeer(binary: string, signal: AbortSignal): Promise<Peer> {
	const version = /\d+\.\d+\.\d+\S*/.exec(await runCommand({program: binary, args: ['--version'], env: process.env}, signal))?.[0] ?? 'unknown';
	return {
		name: 'rustic',
		version,
		setting: 'defaults; its cache begins empty with each repository',
		isGuest: true,
		command: (task, place) => ({program: binary, args: argumentsOf(task), env: environment(place)}),
	};
}

function argumentsOf(task: Task): string[] {
	switch (task.kind) {
		case 'init': return ['init'];
		case 'backup': return ['backup', task.source];
		case 'restore': return ['restore', `latest:${task.source}`, task.target];
		case 'check': return ['check', '--read-data'];
		case 'forget': return ['forget', '--keep-last', '1'];
		// Packs that are not needed any more would otherwise stay for a day.
		case 'prune': return ['prune', '--instant-delete'];
	}
}

const environment = ({location, home, passwordFile}: Workplace): NodeJS.ProcessEnv => ({
	PATH: process.env.PATH,
	HOME: home,
	RUSTIC_CACHE_DIR: home,
	RUSTIC_PASSWORD_FILE: passwordFile,
	RUSTIC_NO_PROGRESS: 'true',
	...repository(location),
});

function repository(location: Location): NodeJS.ProcessEnv {
	if (location.kind === 'file') return {RUSTIC_REPOSITORY: location.path};
	const {endpoint, bucket, prefix, accessKeyId, secretAccessKey} = location;
	return {
		RUSTIC_REPOSITORY: 'opendal:s3',
		OPENDAL_ENDPOINT: endpoint,
		OPENDAL_BUCKET: bucket,
		OPENDAL_ROOT: `/${prefix}`,
		OPENDAL_REGION: 'us-east-1',
		OPENDAL_ACCESS_KEY_ID: accessKeyId,
		OPENDAL_SECRET_ACCESS_KEY: secretAccessKey,
	};
}
