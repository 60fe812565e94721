import {keyOf} from '../../kube/object.ts';
import {claimUsers} from './claim-users.ts';
import {placeBeside} from './co-location.ts';
import type {Placement} from './mover-job-facts.ts';
import type {ControllerCaches} from './controller-caches.ts';
import {stall, wait} from './step.ts';
import type {Halt} from './step.ts';

/** Who uses the repository's claim is not mapped to the runs that wait for it. */
const again = {retryAfterMs: 15_000};

type PlacementFacts = {namespace: string; volumeClaim?: string; placement: Placement; repositoryClaim?: string};

/** Where a mover can run that must mount its volume and, for a filesystem repository, the repository's claim as well. */
export function planPlacement({namespace, volumeClaim, placement, repositoryClaim}: PlacementFacts, caches: ControllerCaches): {kind: 'placement'; placement: Placement} | Halt {
	if (repositoryClaim === undefined) return {kind: 'placement', placement};
	if (repositoryClaim === volumeClaim) return stall('NotAllowed', `claim ${repositoryClaim} holds the repository itself; it cannot be backed up into itself or restored over`, again);

	const claim = caches.claims.store.get(keyOf({namespace, name: repositoryClaim}));
	if (!claim) return stall('ClaimNotFound', `claim ${repositoryClaim}, which holds the repository, does not exist in namespace ${namespace}`, again);
	const beside = placeBeside({accessModes: claim.spec?.accessModes ?? [], users: claimUsers({namespace, name: repositoryClaim}, caches, 'all')});
	if (beside.kind === 'excluded') return wait('ClaimInUse', `claim ${repositoryClaim}, which holds the repository, is ReadWriteOncePod and pod ${beside.user.pod} uses it; the mover starts when that pod has ended`, again);
	if (beside.kind === 'anywhere') return {kind: 'placement', placement};

	const {node, tolerations = []} = beside.placement;
	if (placement.node && placement.node !== node) {
		return wait('ClaimInUse', `claim ${repositoryClaim}, which holds the repository, is mounted on node ${node} by pod ${beside.user.pod}, and the volume only on node ${placement.node}; the mover starts when both can be on one node`, again);
	}

	return {kind: 'placement', placement: {node, tolerations: [...(placement.tolerations ?? []), ...tolerations]}};
}
