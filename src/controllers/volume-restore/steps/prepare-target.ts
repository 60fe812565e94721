import {isKubeError} from '../../../kube/kube-error.ts';
import {keyOf} from '../../../kube/object.ts';
import {persistentVolumeClaims} from '../../../kube/resources.ts';
import type {PersistentVolumeClaim} from '../../../kube/resources.ts';
import type {ClaimTemplate} from '../../../api/v1alpha1/volume-restore.ts';
import {claimUsers} from '../../shared/claim-users.ts';
import {placeBeside} from '../../shared/co-location.ts';
import {proceed, stall, wait} from '../../shared/step.ts';
import type {Halt, Step} from '../../shared/step.ts';
import {isMadeBy, targetClaim} from '../children.ts';
import type {RestorePass} from '../pass.ts';

type Found = {kind: 'claim'; claim: PersistentVolumeClaim} | Halt;

/**
Finds the claim to write, or makes it. One that is not bound yet is fine: the mover is its first consumer.
*/
export const prepareTarget: Step<RestorePass> = async pass => {
	const {to} = pass.restore.spec;
	const found = to.claimTemplate ? await fromTemplate(pass, to.claimTemplate) : await existing(pass, to.claimName!);
	if (found.kind !== 'claim') return found;

	const {metadata, spec, status} = found.claim;
	const {name} = metadata;
	const accessModes = spec?.accessModes ?? [];
	if (spec?.volumeMode === 'Block') return stall('AccessModeUnsupported', `claim ${name} has volumeMode Block; archives hold files, so only a claim with volumeMode Filesystem can be filled`);
	if (accessModes.every(mode => mode === 'ReadOnlyMany')) return stall('AccessModeUnsupported', `claim ${name} is ReadOnlyMany, so nothing can be written to it`);
	if (status?.phase === 'Lost') return wait('ClaimNotBound', `claim ${name} has lost its volume ${spec?.volumeName ?? ''}; restore the PersistentVolume or make a new claim`);

	const place = placeBeside({accessModes: accessModes.filter(mode => mode !== 'ReadOnlyMany'), users: claimUsers({namespace: pass.restore.metadata.namespace, name}, pass.caches)});
	if (place.kind === 'excluded') return wait('ClaimInUse', `claim ${name} is ReadWriteOncePod and pod ${place.user.pod} uses it, so no mover can mount it; stop the pod, and the restore goes on`);
	pass.target = {claimName: name, placement: place.kind === 'beside' ? place.placement : {}};
	return proceed();
};

async function existing(pass: RestorePass, name: string): Promise<Found> {
	const claim = await findClaim(pass, name);
	if (!claim) return stall('ClaimNotFound', `claim ${name} does not exist in namespace ${pass.restore.metadata.namespace}; create it, or use to.claimTemplate`);
	if (claim.metadata.deletionTimestamp) return stall('ClaimNotFound', `claim ${name} is being deleted; the restore goes on when there is one of that name again`);
	return {kind: 'claim', claim};
}

async function fromTemplate(pass: RestorePass, template: ClaimTemplate): Promise<Found> {
	const {restore, kube, events, signal} = pass;
	const {name} = template.metadata;
	let claim = await findClaim(pass, name);
	if (!claim) {
		try {
			claim = await kube.create(persistentVolumeClaims, targetClaim(restore, template), signal);
			events.record(restore, {type: 'Normal', reason: 'ClaimCreated', action: 'Resolve', note: `claim ${name} was created from to.claimTemplate`, related: claim});
		} catch (error) {
			if (!isKubeError(error) || !error.alreadyExists) throw error;
			claim = await kube.get(persistentVolumeClaims, {namespace: restore.metadata.namespace, name}, signal);
		}
	}

	if (!claim || claim.metadata.deletionTimestamp) return wait('Resolving', `claim ${name} is being deleted; it is made again when it is gone`, {retryAfterMs: 5000});
	if (isMadeBy(claim, restore)) return {kind: 'claim', claim};
	return stall('TargetNotEmpty', `claim ${name} exists and was not made by this restore; remove it, or restore into it with to.claimName and say in overwrite what may happen to its files`);
}

/** A claim created together with the restore may not be in the cache yet. */
const findClaim = async ({restore, caches, kube, signal}: RestorePass, name: string): Promise<PersistentVolumeClaim | undefined> => {
	const ref = {namespace: restore.metadata.namespace, name};
	return caches.claims.store.get(keyOf(ref)) ?? kube.get(persistentVolumeClaims, ref, signal);
};
