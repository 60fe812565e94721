import {moverPaths} from '../api/v1alpha1/mover-contract.ts';
import type {FilesystemStorageRequest, RepositoryRequest, S3StorageRequest} from '../api/v1alpha1/mover-contract.ts';
import {openStorage} from '../storage/open-storage.ts';
import type {OpenStorageOptions} from '../storage/open-storage.ts';
import type {Storage} from '../storage/storage.ts';
import {withBudget} from '../storage/wrap/budget.ts';
import {readOptionalFile, readRequiredFile} from './read-secret.ts';

/** The store of a request, with the credentials that the kubelet mounted beside it, within the limits and the budget of the request. */
export async function openRequestStorage({storage, limits, budget}: Pick<RepositoryRequest, 'storage' | 'limits' | 'budget'>, credentialsDirectory: string = moverPaths.storageCredentials): Promise<Storage> {
	return open(storage, {...(limits && {limits}), ...(budget && {wrap: base => withBudget(base, budget)})}, credentialsDirectory);
}

async function open(request: S3StorageRequest | FilesystemStorageRequest, options: OpenStorageOptions, credentialsDirectory: string): Promise<Storage> {
	if (request.kind === 'filesystem') return openStorage({kind: 'filesystem', path: request.path}, options);

	const caBundle = request.caBundle ? await readRequiredFile(credentialsDirectory, 'caBundle') : undefined;
	const location = {
		kind: 's3',
		bucket: request.bucket,
		prefix: request.prefix,
		addressing: request.addressing,
		...(request.endpoint !== undefined && {endpoint: request.endpoint}),
		...(request.region !== undefined && {region: request.region}),
		...(caBundle !== undefined && {caBundle}),
	} as const;
	if (request.credentials === 'WorkloadIdentity') return openStorage(location, {...options, scratchParent: moverPaths.scratch});

	const sessionToken = await readOptionalFile(credentialsDirectory, 'sessionToken');
	return openStorage(location, {
		...options,
		scratchParent: moverPaths.scratch,
		credentials: {
			accessKeyId: await readRequiredFile(credentialsDirectory, 'accessKeyId'),
			secretAccessKey: await readRequiredFile(credentialsDirectory, 'secretAccessKey'),
			...(sessionToken !== undefined && {sessionToken}),
		},
	});
}
