import {posix} from 'node:path';
import type {BackupRepository} from '../../api/v1alpha1/backup-repository.ts';
import {moverPaths} from '../../api/v1alpha1/mover-contract.ts';
import type {FilesystemStorageRequest, RepositoryRequest, S3StorageRequest} from '../../api/v1alpha1/mover-contract.ts';
import type {S3Storage} from '../../api/v1alpha1/s3-storage.ts';
import type {SecretFacts} from './check-secrets.ts';
import type {MoverRepository} from './mover-job-facts.ts';

/** How a mover finds the repository. Once an ID is known, the mover refuses anything else at the location. */
export function repositoryRequest(repository: BackupRepository, secrets: SecretFacts): RepositoryRequest {
	const {storage, layout, limits} = repository.spec;
	const {repositoryId} = repository.status;
	return {
		storage: storage.s3 ? s3Request(storage.s3, secrets) : filesystemRequest(storage.filesystem!.path),
		layout,
		...(repositoryId && {expectedId: repositoryId}),
		...(limits?.bytesPerSecond && {limits: limits.bytesPerSecond}),
	};
}

function s3Request({endpoint, region, bucket, prefix, addressing, workloadIdentity}: S3Storage, secrets: SecretFacts): S3StorageRequest {
	return {
		kind: 's3',
		...(endpoint && {endpoint}),
		...(region && {region}),
		bucket,
		prefix,
		addressing,
		credentials: workloadIdentity ? 'WorkloadIdentity' : 'Secret',
		caBundle: secrets.credentialKeys.includes('caBundle'),
	};
}

const filesystemRequest = (path: string): FilesystemStorageRequest => ({kind: 'filesystem', path: posix.join(moverPaths.repository, path)});

/** What of the repository is mounted into a mover. */
export function moverRepository({metadata, spec}: BackupRepository, secrets: SecretFacts, wish: {previousPassword: boolean} = {previousPassword: false}): MoverRepository {
	const {s3, filesystem} = spec.storage;
	const {name: secretName, key} = spec.encryption.passwordSecretRef;
	const previous = wish.previousPassword ? spec.encryption.previousPasswordSecretRef : undefined;
	return {
		name: metadata.name,
		password: {secretName, key},
		...(previous && {previousPassword: {secretName: previous.name, key: previous.key}}),
		...(s3?.credentialsSecretRef && {credentials: {secretName: s3.credentialsSecretRef.name, keys: secrets.credentialKeys}}),
		...(filesystem && {claimName: filesystem.claimName}),
		...(s3?.workloadIdentity && {serviceAccountName: s3.workloadIdentity.serviceAccountName}),
	};
}

/** Where the repository is, in one line and without credentials. */
export function locationOf({storage}: BackupRepository['spec']): string {
	const {s3, filesystem} = storage;
	if (s3) return `s3:${s3.endpoint ?? `aws/${s3.region ?? 'us-east-1'}`}/${posix.join(s3.bucket, s3.prefix)}`;
	return `claim ${posix.join(filesystem!.claimName, filesystem!.path)}`;
}
