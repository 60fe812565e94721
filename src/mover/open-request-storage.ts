import {moverPaths} from '../api/v1alpha1/mover-contract.ts';
import type {FilesystemStorageRequest, S3StorageRequest} from '../api/v1alpha1/mover-contract.ts';
import {openStorage} from '../storage/open-storage.ts';
import type {Storage} from '../storage/storage.ts';
import {readOptionalFile, readRequiredFile} from './read-secret.ts';

/** The store of a request, with the credentials that the kubelet mounted beside it. */
export async function openRequestStorage(request: S3StorageRequest | FilesystemStorageRequest, credentialsDirectory: string = moverPaths.storageCredentials): Promise<Storage> {
	if (request.kind === 'filesystem') return openStorage({kind: 'filesystem', path: request.path});

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
	if (request.credentials === 'WorkloadIdentity') return openStorage(location, {scratchParent: moverPaths.scratch});

	const sessionToken = await readOptionalFile(credentialsDirectory, 'sessionToken');
	return openStorage(location, {
		scratchParent: moverPaths.scratch,
		credentials: {
			accessKeyId: await readRequiredFile(credentialsDirectory, 'accessKeyId'),
			secretAccessKey: await readRequiredFile(credentialsDirectory, 'secretAccessKey'),
			...(sessionToken !== undefined && {sessionToken}),
		},
	});
}
