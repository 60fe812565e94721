import type {BackupRepositorySpec} from '../../api/v1alpha1/backup-repository.ts';
import type {KubeClient} from '../../kube/client/kube-client.ts';
import {secrets} from '../../kube/resources.ts';
import {stall} from './step.ts';
import type {Stalled} from './step.ts';

/** What is known of the Secrets of a repository: never a value. */
export type SecretFacts = {
	/** resourceVersion by Secret name. */
	versions: Record<string, string>;
	/** The keys of the credentials Secret that a mover uses and that are there. */
	credentialKeys: string[];
};

const requiredKeys = ['accessKeyId', 'secretAccessKey'];
const optionalKeys = ['sessionToken', 'caBundle'];

/** Looks whether the Secrets that a repository names are there and complete, so that no mover is started in vain. */
export async function checkSecrets(spec: BackupRepositorySpec, namespace: string, kube: KubeClient, signal: AbortSignal): Promise<{kind: 'facts'; facts: SecretFacts} | Stalled> {
	const password = spec.encryption.passwordSecretRef;
	const credentials = spec.storage.s3?.credentialsSecretRef;
	const wanted = [
		{field: 'spec.encryption.passwordSecretRef', name: password.name, required: [password.key], optional: []},
		...(credentials ? [{field: 'spec.storage.s3.credentialsSecretRef', name: credentials.name, required: requiredKeys, optional: optionalKeys}] : []),
	];

	const versions: Record<string, string> = {};
	let credentialKeys: string[] = [];
	for (const {field, name, required, optional} of wanted) {
		const found = await secretKeys(kube, {namespace, name}, signal);
		if (!found) return stall('SecretNotFound', `Secret ${name}, which ${field} names, does not exist in namespace ${namespace}; create it with the ${keyList(required)}`);
		const missing = required.filter(key => !found.keys.has(key));
		if (missing.length > 0) return stall('SecretKeyMissing', `Secret ${name} lacks the ${keyList(missing)}, or the value is empty; add what ${field} needs`);
		versions[name] = found.version;
		if (required === requiredKeys) credentialKeys = [...required, ...optional].filter(key => found.keys.has(key));
	}

	return {kind: 'facts', facts: {versions, credentialKeys}};
}

const keyList = (keys: string[]): string => (keys.length === 1 ? `key ${keys[0]}` : `keys ${keys.join(' and ')}`);

/** Lets go of the values at once. */
async function secretKeys(kube: KubeClient, ref: {namespace: string; name: string}, signal: AbortSignal): Promise<{keys: ReadonlySet<string>; version: string} | undefined> {
	const secret = await kube.get(secrets, ref, signal);
	if (!secret) return undefined;
	const keys = Object.entries(secret.data ?? {}).filter(([, value]) => value !== '').map(([key]) => key);
	return {keys: new Set(keys), version: secret.metadata.resourceVersion ?? ''};
}
