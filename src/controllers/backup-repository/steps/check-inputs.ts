import {createHash} from 'node:crypto';
import {keyOf} from '../../../kube/object.ts';
import {persistentVolumeClaims} from '../../../kube/resources.ts';
import {checkSecrets} from '../../shared/check-secrets.ts';
import {proceed, stall} from '../../shared/step.ts';
import type {Stalled, Step} from '../../shared/step.ts';
import {standingForMs} from '../status.ts';
import type {RepositoryPass} from '../pass.ts';

/** Looks whether all is there that a probe needs. Secrets are not watched, because that would need the right to list all of them. */
export const checkInputs: Step<RepositoryPass> = async pass => {
	const {repository, kube, signal} = pass;
	const {spec, metadata} = repository;
	const checked = await checkSecrets(spec, metadata.namespace, kube, signal);
	if (checked.kind === 'stall') return {...checked, retryAfterMs: lookAgainMs(pass)};
	const claim = spec.storage.filesystem && (await repositoryClaim(pass, spec.storage.filesystem.claimName));
	if (claim?.kind === 'stall') return claim;

	const {versions} = checked.facts;
	pass.inputs = {secrets: checked.facts, fingerprint: fingerprintOf([spec, versions, claim?.uid])};
	return proceed();
};

/** Soon while somebody may be at work on it, then at leisure. */
export const lookAgainMs = (pass: RepositoryPass): number => (standingForMs(pass.status, pass.clock.now()) < 5 * 60_000 ? 5000 : 30_000);

async function repositoryClaim({repository, caches, kube, signal}: RepositoryPass, name: string): Promise<{kind: 'claim'; uid: string} | Stalled> {
	const ref = {namespace: repository.metadata.namespace, name};
	const claim = caches.claims.store.get(keyOf(ref)) ?? (await kube.get(persistentVolumeClaims, ref, signal));
	if (!claim || claim.metadata.deletionTimestamp) return stall('ClaimNotFound', `claim ${name}, which spec.storage.filesystem names, ${claim ? 'is being deleted' : 'does not exist'} in namespace ${ref.namespace}`);
	if (claim.spec?.volumeMode === 'Block') return stall('AccessModeUnsupported', `claim ${name} has volumeMode Block; a repository needs one with volumeMode Filesystem`);
	return {kind: 'claim', uid: claim.metadata.uid ?? ''};
}

const fingerprintOf = (facts: unknown): string => createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
