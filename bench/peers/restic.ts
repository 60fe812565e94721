import {resticBinaries} from '../../test/oracle/_restic.ts';
import type {Location} from '../stores/store.ts';
import type {Peer, Task, Workplace} from './peer.ts';

/** The newest restic that Debian packages, as it comes: its own choice of compression, cache, verification and parallelism. */
export async function resticPeer(): Promise<Peer> {
	const {path, version} = (await resticBinaries()).at(-1)!;
	return {
		name: 'restic',
		version,
		setting: 'defaults; its cache begins empty with each repository',
		command: (task, place) => ({program: path, args: argumentsOf(task), env: environment(place)}),
	};
}

function argumentsOf(task: Task): string[] {
	switch (task.kind) {
		case 'init': return ['init'];
		case 'backup': return ['backup', task.source];
		case 'restore': return ['restore', `latest:${task.source}`, '--target', task.target];
		case 'check': return ['check', '--read-data'];
		case 'forget': return ['forget', '--keep-last', '1'];
		case 'prune': return ['prune'];
	}
}

const environment = ({location, home, passwordFile}: Workplace): NodeJS.ProcessEnv => ({
	PATH: process.env.PATH,
	HOME: home,
	RESTIC_CACHE_DIR: home,
	RESTIC_PASSWORD_FILE: passwordFile,
	...repository(location),
});

function repository(location: Location): NodeJS.ProcessEnv {
	if (location.kind === 'file') return {RESTIC_REPOSITORY: location.path};
	const {endpoint, bucket, prefix, accessKeyId, secretAccessKey} = location;
	return {RESTIC_REPOSITORY: `s3:${endpoint}/${bucket}/${prefix}`, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey};
}
