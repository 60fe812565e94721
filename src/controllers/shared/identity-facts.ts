import {annotations, privilegedMoversAllowed} from '../../api/v1alpha1/group.ts';
import type {MoverIdentityWish} from '../../api/v1alpha1/mover-settings.ts';
import type {Node} from '../../kube/resources.ts';
import type {IdentityFacts} from './mover-identity.ts';
import type {Placement} from './mover-job-facts.ts';
import type {ControllerCaches} from './controller-caches.ts';

const podSecurityLabel = 'pod-security.kubernetes.io/enforce';

/** What the cluster says about who a mover may be. */
export function identityFacts(wish: MoverIdentityWish, where: {namespace: string; placement: Placement; nodeSelector?: Record<string, string>}, caches: ControllerCaches): IdentityFacts {
	const namespace = caches.namespaces.store.get(where.namespace);
	const level = namespace?.metadata.labels?.[podSecurityLabel];
	return {
		wish,
		namespace: {
			name: where.namespace,
			podSecurity: level === 'baseline' || level === 'restricted' ? level : 'privileged',
			privilegedMovers: namespace?.metadata.annotations?.[annotations.privilegedMovers] === privilegedMoversAllowed,
		},
		nodes: [...caches.nodes.store.list()].filter(node => mayRun(node, where)).map(node => ({name: node.metadata.name, userNamespaces: hasUserNamespaces(node)})),
	};
}

function mayRun(node: Node, {placement, nodeSelector = {}}: {placement: Placement; nodeSelector?: Record<string, string>}): boolean {
	if (placement.node) return node.metadata.name === placement.node;
	if (node.spec?.unschedulable) return false;
	return Object.entries(nodeSelector).every(([label, value]) => node.metadata.labels?.[label] === value);
}

/** The kubelet lists the default handler under an empty name or none. */
const hasUserNamespaces = (node: Node): boolean => node.status?.runtimeHandlers?.some(handler => !handler.name && handler.features?.userNamespaces === true) ?? false;
