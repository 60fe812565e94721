import type {ClaimUser} from './claim-users.ts';
import type {Placement} from './mover-job-facts.ts';

/** What of a claim decides where else it can be mounted. */
export type MountFacts = {accessModes: readonly string[]; users: readonly ClaimUser[]};

export type MountPlace =
	/** Wherever the scheduler can bring the volume. */
	| {kind: 'anywhere'}
	/** Only beside a pod that has it. */
	| {kind: 'beside'; user: ClaimUser; placement: Placement & {node: string}}
	/** ReadWriteOncePod: not a second time, not even read-only (KEP-2485). */
	| {kind: 'excluded'; user: ClaimUser};

/** Where a second pod can mount a claim beside those that use it. */
export function placeBeside({accessModes, users}: MountFacts): MountPlace {
	if (accessModes.includes('ReadWriteOncePod') && users[0]) return {kind: 'excluded', user: users[0]};
	if (accessModes.includes('ReadWriteMany') || accessModes.includes('ReadOnlyMany')) return {kind: 'anywhere'};
	const user = users.find(({node}) => node !== undefined);
	if (!user?.node) return {kind: 'anywhere'};
	return {kind: 'beside', user, placement: {node: user.node, ...(user.tolerations.length > 0 && {tolerations: [...user.tolerations]})}};
}
