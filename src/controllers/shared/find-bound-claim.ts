import {keyOf} from '../../kube/object.ts';
import {persistentVolumeClaims, storageClasses} from '../../kube/resources.ts';
import type {PersistentVolumeClaim} from '../../kube/resources.ts';
import type {PassTools} from './services.ts';
import {stall, wait} from './step.ts';
import type {Halt} from './step.ts';

/** A claim that a run needs, once it has a volume. Its changes are watched. */
export async function findBoundClaim(ref: {namespace: string; name: string}, tools: PassTools): Promise<{kind: 'bound'; claim: PersistentVolumeClaim} | Halt> {
	// A claim created together with the run may not be in the cache yet; Stalled is too loud a word for that.
	const claim = tools.caches.claims.store.get(keyOf(ref)) ?? (await tools.kube.get(persistentVolumeClaims, ref, tools.signal));
	if (!claim) return stall('ClaimNotFound', `claim ${ref.name} does not exist in namespace ${ref.namespace}; the run goes on when it is there`);
	if (claim.metadata.deletionTimestamp) return stall('ClaimNotFound', `claim ${ref.name} is being deleted; the run goes on when there is one of that name again`);
	if (claim.status?.phase === 'Lost') return wait('ClaimNotBound', `claim ${ref.name} has lost its volume ${claim.spec?.volumeName ?? ''}; restore the PersistentVolume or make a new claim`);
	if (claim.status?.phase !== 'Bound') return wait('ClaimNotBound', await whyUnbound(claim, tools));
	return {kind: 'bound', claim};
}

async function whyUnbound({metadata, spec}: PersistentVolumeClaim, {kube, signal}: PassTools): Promise<string> {
	const className = spec?.storageClassName;
	if (!className) return `claim ${metadata.name} has no volume yet and no StorageClass that would make one; the run goes on when it is bound`;
	const storageClass = await kube.get(storageClasses, {name: className}, signal);
	if (!storageClass) return `claim ${metadata.name} has no volume yet, and its StorageClass ${className} does not exist; the run goes on when the claim is bound`;
	if (storageClass.volumeBindingMode === 'WaitForFirstConsumer') {
		return `claim ${metadata.name} has no volume yet, so there is nothing to back up: StorageClass ${className} makes one when the first pod uses the claim; the run goes on then`;
	}

	return `claim ${metadata.name} has no volume yet; provisioner ${storageClass.provisioner} is expected to make one, and the run goes on then`;
}
