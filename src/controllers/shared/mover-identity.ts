import {annotations, privilegedMoversAllowed} from '../../api/v1alpha1/group.ts';
import type {MoverIdentity} from '../../api/v1alpha1/mover-contract.ts';
import type {MoverIdentityWish} from '../../api/v1alpha1/mover-settings.ts';

export type IdentityFacts = {
	wish: MoverIdentityWish;
	namespace: {
		name: string;
		/** `pod-security.kubernetes.io/enforce`; a level that only the cluster's configuration sets cannot be seen. */
		podSecurity: 'privileged' | 'baseline' | 'restricted';
		privilegedMovers: boolean;
	};
	/** Nodes on which the mover may land, and whether their runtime reports user namespaces. */
	nodes: ReadonlyArray<{name: string; userNamespaces: boolean}>;
};

export type IdentityPlan = {kind: 'identity'; identity: MoverIdentity; reason: string; message: string} | {kind: 'refused'; message: string};

const is = (identity: MoverIdentity, reason: string, message: string): IdentityPlan => ({kind: 'identity', identity, reason, message});
const refused = (message: string): IdentityPlan => ({kind: 'refused', message});

type Rule = (facts: IdentityFacts) => IdentityPlan | undefined;

/**
Decides as whom a mover runs, and why. Root inside a user namespace reads and restores every owner without any privilege on the
node, so it is the first choice; root on the node needs the namespace's explicit consent. The first rule that holds wins.
*/
export function planIdentity(facts: IdentityFacts): IdentityPlan {
	for (const rule of rules) {
		const plan = rule(facts);
		if (plan) return plan;
	}

	return is('Unprivileged', 'NoUserNamespaces', `${withoutUserNamespaces(facts)}; the mover reads and writes what an ordinary user may, and restores no owners`);
}

const consent = (facts: IdentityFacts): string => `annotate namespace ${facts.namespace.name} with ${annotations.privilegedMovers}=${privilegedMoversAllowed}`;

const withoutUserNamespaces = ({nodes}: IdentityFacts): string => {
	const lacking = nodes.filter(node => !node.userNamespaces).map(node => node.name);
	if (nodes.length === 0) return 'no node is known yet that could run the mover';
	return `${lacking.length} of ${nodes.length} nodes that may run the mover have no user namespaces (${lacking.slice(0, 3).join(', ')}${lacking.length > 3 ? ', …' : ''})`;
};

const everywhere = ({nodes}: IdentityFacts): boolean => nodes.length > 0 && nodes.every(node => node.userNamespaces);

const rules: Rule[] = [
	askedForUnprivileged,
	hostRootRefused,
	askedForHostRoot,
	restrictedNamespace,
	userNamespaces,
	userNamespaceRefused,
	consentedHostRoot,
];

function askedForUnprivileged({wish}: IdentityFacts): IdentityPlan | undefined {
	return wish === 'Unprivileged' ? is('Unprivileged', 'AskedFor', 'mover.identity asks for an unprivileged mover') : undefined;
}

function hostRootRefused(facts: IdentityFacts): IdentityPlan | undefined {
	if (facts.wish !== 'HostRoot') return undefined;
	if (!facts.namespace.privilegedMovers) return refused(`mover.identity HostRoot is not allowed in this namespace: ${consent(facts)}, or choose another identity`);
	if (facts.namespace.podSecurity === 'restricted') return refused(`namespace ${facts.namespace.name} enforces pod security level restricted, which admits no root: lower the level or choose another mover.identity`);
	return undefined;
}

function askedForHostRoot({wish, namespace}: IdentityFacts): IdentityPlan | undefined {
	return wish === 'HostRoot' ? is('HostRoot', 'AskedFor', `mover.identity asks for root on the node and namespace ${namespace.name} allows it`) : undefined;
}

/** Level `restricted` admits no added capabilities, user namespace or not, and root without them reads no more than anybody. */
function restrictedNamespace(facts: IdentityFacts): IdentityPlan | undefined {
	if (facts.namespace.podSecurity !== 'restricted') return undefined;
	if (facts.wish === 'UserNamespace') return refused(`namespace ${facts.namespace.name} enforces pod security level restricted, which admits no capabilities: lower the level or choose another mover.identity`);
	return is('Unprivileged', 'RestrictedNamespace', `namespace ${facts.namespace.name} enforces pod security level restricted; the mover reads and writes what an ordinary user may, and restores no owners`);
}

function userNamespaces(facts: IdentityFacts): IdentityPlan | undefined {
	return everywhere(facts) ? is('UserNamespaceRoot', 'UserNamespacesAvailable', 'the nodes have user namespaces: root inside one, nobody on the node') : undefined;
}

function userNamespaceRefused(facts: IdentityFacts): IdentityPlan | undefined {
	return facts.wish === 'UserNamespace' ? refused(`mover.identity UserNamespace cannot be had: ${withoutUserNamespaces(facts)}`) : undefined;
}

function consentedHostRoot(facts: IdentityFacts): IdentityPlan | undefined {
	if (!facts.namespace.privilegedMovers) return undefined;
	return is('HostRoot', 'PrivilegedMoversAllowed', `${withoutUserNamespaces(facts)}, and namespace ${facts.namespace.name} allows movers that are root on the node`);
}
