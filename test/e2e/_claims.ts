import type {ExecutionContext} from 'ava';
import {persistentVolumeClaims} from '../../src/kube/resources.ts';
import {fillWithCorpus} from './_corpus.ts';
import {runScript} from './_pods.ts';
import {spaceOf} from './_space.ts';
import type {Space} from './_space.ts';

/** A PersistentVolumeClaim of the test's namespace. */
export type Claim = {name: string; space: Space};

export type ClaimWish = {
	name?: string;
	/** Default: the class that makes snapshots. */
	storageClass?: string;
	accessMode?: 'ReadWriteOnce' | 'ReadWriteOncePod';
	labels?: Record<string, string>;
	bytes?: string;
	/** What a pod puts into it; with `hostile` all that a file system can hold. */
	files?: 'some' | 'none' | 'hostile' | {script: string};
};

/** Files of several kinds, owners and modes, a few hundred KiB, made by a shell. */
const someFiles = [
	'mkdir -p deep/er/est empty',
	'for n in 1 2 3 4 5 6 7 8; do head -c $((n * 20000)) /dev/urandom > deep/file-$n; done',
	'echo "Übung" > "deep/er/a name with spaces"',
	'ln deep/file-1 deep/er/same-as-1',
	'ln -s ../file-2 deep/er/link',
	'mkfifo deep/er/est/pipe',
	': > nothing',
	'truncate -s 64M sparse && printf end | dd of=sparse bs=1 seek=33554432 conv=notrunc 2> /dev/null',
];

const ofOthers = ['chown 1234:5678 deep/file-3', 'chmod 4711 deep/file-4', 'chmod 0600 deep/file-5', 'chown -R 999:999 deep/er'];

/** A claim that a pod has filled and left. */
export async function claimWith(t: ExecutionContext, wish: ClaimWish = {}): Promise<Claim> {
	const {files = 'some'} = wish;
	const claim = await emptyClaim(t, wish);
	const {name, space} = claim;
	const script = files === 'some' ? [...someFiles, ...(space.podSecurity === 'restricted' ? [] : ofOthers)].join('\n') : typeof files === 'object' ? files.script : ':';
	// The first pod also binds the claim, where its class waits for one.
	await runScript(space, {claims: {'/data': name}, script: `cd /data\n${script}\nsync`});
	if (files === 'hostile') await fillWithCorpus(claim);
	return claim;
}

/** A claim that no pod has used: of the usual class, it is not even bound. */
export async function emptyClaim(t: ExecutionContext, {name = 'data', storageClass, accessMode = 'ReadWriteOnce', bytes = '1Gi', labels = {}}: ClaimWish = {}): Promise<Claim> {
	const space = await spaceOf(t);
	await space.create(persistentVolumeClaims, {
		metadata: {name, labels},
		spec: {...(storageClass && {storageClassName: storageClass}), accessModes: [accessMode], resources: {requests: {storage: bytes}}},
	});
	return {name, space};
}
