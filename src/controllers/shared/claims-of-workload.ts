import {keyOf, refOfKey} from '../../kube/object.ts';
import {daemonSets, deployments, statefulSets} from '../../kube/workloads.ts';
import type {Workload} from '../../kube/workloads.ts';
import {mountedClaims} from './indexes.ts';
import type {PassTools} from './services.ts';
import {isManaged} from './trims.ts';

export type WorkloadRef = {kind: 'StatefulSet' | 'Deployment' | 'DaemonSet' | 'Pod'; name: string};

const resources = {StatefulSet: statefulSets, Deployment: deployments, DaemonSet: daemonSets};

/**
Names of the claims that a workload means, whichever of its pods run; undefined when there is no such workload. Of a StatefulSet's claim templates
those claims count that exist: scaled down, it has not given up its data.
*/
export async function claimsOfWorkload({kind, name}: WorkloadRef, namespace: string, {kube, caches, signal}: Pick<PassTools, 'kube' | 'caches' | 'signal'>): Promise<string[] | undefined> {
	if (kind === 'Pod') {
		const pod = caches.pods.store.get(keyOf({namespace, name}));
		return pod && !isManaged(pod) ? unique(mountedClaims(pod).map(key => refOfKey(key).name)) : undefined;
	}

	const workload = await kube.get<Workload>(resources[kind], {namespace, name}, signal);
	if (!workload) return undefined;
	const named = (workload.spec?.template?.spec?.volumes ?? []).flatMap(({persistentVolumeClaim}) => persistentVolumeClaim?.claimName ?? []);
	const templates = (workload.spec?.volumeClaimTemplates ?? []).flatMap(({metadata}) => (metadata?.name ? [`${metadata.name}-${name}-`] : []));
	const claims = templates.length > 0 ? [...caches.claims.store.list()].filter(({metadata}) => metadata.namespace === namespace).map(({metadata}) => metadata.name) : [];
	return unique([...named, ...claims.filter(claim => templates.some(prefix => claim.startsWith(prefix) && /^\d+$/v.test(claim.slice(prefix.length))))]);
}

const unique = (names: string[]): string[] => [...new Set(names)].toSorted();
