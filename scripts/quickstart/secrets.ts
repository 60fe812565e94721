import {randomBytes} from 'node:crypto';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Cluster} from '../../test/cluster/cluster.ts';

export async function makeNamespace(cluster: Cluster, name: string): Promise<void> {
	await applyObjects(cluster, [{apiVersion: 'v1', kind: 'Namespace', metadata: {name}}]);
}

/** The store's credentials and a fresh repository password, through a file that only we can read: never as arguments. */
export async function makeSecrets(cluster: Cluster, namespace: string): Promise<void> {
	const secret = (name: string, stringData: Record<string, string>): object => ({apiVersion: 'v1', kind: 'Secret', metadata: {name, namespace}, stringData});
	await applyObjects(cluster, [
		secret('offsite-s3', {accessKeyId: cluster.s3.accessKeyId, secretAccessKey: cluster.s3.secretAccessKey}),
		secret('offsite-key', {password: randomBytes(32).toString('base64url')}),
	]);
}

async function applyObjects(cluster: Cluster, objects: object[]): Promise<void> {
	const directory = await mkdtemp(join(tmpdir(), 'lazarette-'));
	try {
		const file = join(directory, 'objects.json');
		await writeFile(file, JSON.stringify({apiVersion: 'v1', kind: 'List', items: objects}), {mode: 0o600});
		await cluster.kubectl('apply', '-f', file);
	} finally {
		await rm(directory, {recursive: true, force: true});
	}
}
