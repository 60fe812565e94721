import {proceed} from '../../shared/step.ts';
import type {Step} from '../../shared/step.ts';
import {findBoundClaim} from '../../shared/find-bound-claim.ts';
import type {BackupLane} from '../pass.ts';

/** Finds the claim and the volume behind it. */
export const locateClaim: Step<BackupLane> = async lane => {
	const {pass, volume} = lane;
	const found = await findBoundClaim({namespace: pass.backup.metadata.namespace, name: volume.claimName}, pass);
	if (found.kind !== 'bound') return found;
	lane.claim = found.claim;
	return proceed();
};
