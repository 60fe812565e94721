import type {MoverIdentity} from '../../api/v1alpha1/mover-contract.ts';
import type {Identities} from '../../engine/archive/identities.ts';

/** What Linux shows for every owner that a user namespace does not map (user_namespaces(7)); the pods of Kubernetes map the IDs below 65536. */
const overflowId = 65_534;

/**
Watches for owners that a mover in a user namespace cannot see: they look like nobody, are archived as nobody, and would come back as nobody. Real
entries of nobody look the same, so what is said of them is a warning.
*/
export function watchOwners(identity: MoverIdentity): {identities: Identities; warnings(): string[]} {
	let [users, groups] = [0, 0];
	return {
		identities: {
			user(uid) {
				if (uid === overflowId) users += 1;
				return undefined;
			},
			group(gid) {
				if (gid === overflowId) groups += 1;
				return undefined;
			},
		},
		warnings() {
			if (identity !== 'UserNamespaceRoot' || users + groups === 0) return [];
			const entries = Math.max(users, groups);
			return [`${entries} ${entries === 1 ? 'entry is' : 'entries are'} recorded with owner ${overflowId}: nobody's, or those of an owner above 65535, which a user namespace does not show; mover.identity HostRoot records every owner`];
		},
	};
}
