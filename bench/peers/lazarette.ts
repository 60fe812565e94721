import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {moverEnvironment} from '../../src/api/process-memory.ts';
import {projectRoot} from '../../scripts/suite/run-ava.ts';
import {runCommand} from '../command.ts';
import {bundleInto} from './bundle-into.ts';
import {readImageStart} from './image-start.ts';
import type {Command} from '../command.ts';
import type {Location} from '../stores/store.ts';
import type {Peer, Task, Workplace} from './peer.ts';

export type LazaretteSetting = {fullVerify: boolean; level?: number};

/**
Lazarette as a mover's pod runs it: the bundle, with the flags and the environment of the Dockerfile and of the pod.
@throws Error when a setting was asked for that this build's command line does not have
*/
export async function lazarettePeer(directory: string, {fullVerify, level}: LazaretteSetting, signal: AbortSignal): Promise<Peer> {
	await bundleInto(directory);
	const start = readImageStart(await readFile(join(projectRoot, 'Dockerfile'), 'utf8'), directory);
	const call = (args: string[]): Command => ({program: process.execPath, args: [...start.args, ...args], env: {PATH: process.env.PATH, ...start.env, ...moverEnvironment}});
	const version = (await runCommand(call(['--version']), signal)).trim();
	const commands = new Set(Array.from((await runCommand(call(['--help']), signal)).matchAll(/^ {2}([a-z-]+)/gm), match => match[1]!));
	const backupHelp = await runCommand(call(['backup', '--help']), signal);
	const wishes = [...(fullVerify ? ['--verify', 'all'] : []), ...(level === undefined ? [] : ['--compression', String(level)])];
	for (const option of wishes.filter(wish => wish.startsWith('--'))) {
		if (!backupHelp.includes(option)) throw new Error(`this build's backup command has no ${option}, so that setting cannot be measured; leave it out`);
	}

	return {
		name: 'lazarette',
		version,
		setting: [fullVerify ? 'every new blob verified' : 'default verification (every tree and every 16th compressed data blob)', level === undefined ? 'default compression' : `zstd level ${level}`].join(', '),
		command(task, place) {
			if (!commands.has(task.kind)) return undefined;
			const {program, args, env} = call(['--quiet', ...argumentsOf(task, wishes)]);
			return {program, args, env: {...env, ...environment(place)}};
		},
	};
}

function argumentsOf(task: Task, wishes: string[]): string[] {
	switch (task.kind) {
		case 'init': return ['init'];
		case 'backup': return ['backup', ...wishes, task.source];
		case 'restore': return ['restore', 'latest', '--from', task.source, '--to', task.target];
		case 'check': return ['check', '--read-data'];
		case 'forget': return ['forget', '--keep-last', '1'];
		case 'prune': return ['prune'];
	}
}

const environment = ({location, home, passwordFile}: Workplace): NodeJS.ProcessEnv => ({
	HOME: home,
	LAZARETTE_PASSWORD_FILE: passwordFile,
	...repository(location),
});

function repository(location: Location): NodeJS.ProcessEnv {
	if (location.kind === 'file') return {LAZARETTE_REPOSITORY: location.path};
	const {endpoint, bucket, prefix, accessKeyId, secretAccessKey} = location;
	return {LAZARETTE_REPOSITORY: `s3:${endpoint}/${bucket}/${prefix}`, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey};
}
