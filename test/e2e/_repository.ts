import {randomBytes} from 'node:crypto';
import type {ExecutionContext} from 'ava';
import type {BackupRepository} from '../../src/api/v1alpha1/backup-repository.ts';
import {secrets} from '../../src/kube/resources.ts';
import {backupRepositories} from '../../src/controllers/resources.ts';
import {isReady} from './_conditions.ts';
import {spaceOf} from './_space.ts';
import type {Space} from './_space.ts';
import {storeFor} from './_store.ts';
import type {Store} from './_store.ts';

/** A BackupRepository of the test, and what one needs to look into it without Lazarette. */
export type Repository = {
	name: string;
	password: string;
	/** Absent for one on a claim. */
	store?: Store;
	space: Space;
	current(): BackupRepository;
};

export type RepositoryWish = {
	name?: string;
	/** Members of `spec.storage.s3` other than the usual ones. */
	s3?: Record<string, unknown>;
	/** Instead of S3. */
	filesystem?: {claimName: string; path?: string};
	/** Other members of `spec`. */
	spec?: Record<string, unknown>;
	/** Values of the Secrets; absent keys are left out, `false` leaves out the Secret. */
	credentials?: Record<string, string> | false;
	password?: string | false;
	/** Default: wait until it is Ready. */
	wait?: boolean;
};

const usual = new WeakMap<Space, Promise<Repository>>();

/** The repository that the test's backups go to unless they say otherwise. */
export async function usualRepository(t: ExecutionContext): Promise<Repository> {
	const space = await spaceOf(t);
	return usual.get(space) ?? repositoryFor(t);
}

/** Makes a repository in the test's namespace, with its Secrets `NAME-s3` and `NAME-key`. The first one becomes the test's usual one. */
export async function repositoryFor(t: ExecutionContext, wish: RepositoryWish = {}): Promise<Repository> {
	const space = await spaceOf(t);
	const made = makeRepository(t, space, wish);
	if (!usual.has(space)) usual.set(space, made);
	return made;
}

async function makeRepository(t: ExecutionContext, space: Space, {name = 'offsite', s3, filesystem, spec, credentials, password, wait = true}: RepositoryWish): Promise<Repository> {
	const {world, seen} = space;
	const store = filesystem ? undefined : await storeFor(t, `${space.name}-${name}`);
	const key = typeof password === 'string' ? password : randomBytes(24).toString('base64url');
	if (password !== false) await putSecret(space, `${name}-key`, {password: key});
	if (store && credentials !== false) await putSecret(space, `${name}-s3`, credentials ?? {accessKeyId: world.s3.accessKeyId, secretAccessKey: world.s3.secretAccessKey});

	await space.create(backupRepositories, {
		metadata: {name},
		spec: {
			storage: store
				? {s3: {endpoint: world.s3.endpointInCluster, region: world.s3.region, bucket: store.bucket, prefix: store.prefix, credentialsSecretRef: {name: `${name}-s3`}, ...s3}}
				: {filesystem},
			encryption: {passwordSecretRef: {name: `${name}-key`}},
			...spec,
		},
	});
	const current = (): BackupRepository => seen.get(backupRepositories, name)!;
	if (wait) await seen.until(`BackupRepository ${name} is Ready`, () => isReady(current()));
	return {name, password: key, ...(store && {store}), space, current};
}

/** Makes a Secret or replaces its values. Their texts must never be seen anywhere else. */
export async function putSecret(space: Space, name: string, values: Record<string, string>): Promise<void> {
	for (const [key, value] of Object.entries(values)) {
		if (key !== 'accessKeyId' && value.length > 8) space.secrets.add(value);
	}

	const data = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
	await space.kube.apply(secrets, {apiVersion: 'v1', kind: 'Secret', metadata: {name, namespace: space.name}, data}, {manager: 'e2e', force: true}, space.signal);
}
