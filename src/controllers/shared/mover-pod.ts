import {moverEnvironment} from '../../api/process-memory.ts';
import {moverPaths} from '../../api/v1alpha1/mover-contract.ts';
import type {PodSpec} from '../../kube/resources.ts';
import type {MoverJobFacts} from './mover-job-facts.ts';
import {containerSecurity, podSecurity} from './mover-security.ts';
import {moverVolumes} from './mover-volumes.ts';

export const moverContainer = 'mover';

/** The pod of a mover: no API token, a read-only root file system, everything it needs mounted as files. */
export function moverPod(facts: MoverJobFacts): PodSpec {
	const {settings, placement, image} = facts;
	const mounts = moverVolumes(facts);
	const serviceAccountName = settings.serviceAccountName ?? facts.repository.serviceAccountName;
	const tolerations = [...(settings.tolerations ?? []), ...(placement.tolerations ?? [])];

	return {
		restartPolicy: 'Never',
		automountServiceAccountToken: false,
		enableServiceLinks: false,
		...(serviceAccountName && {serviceAccountName}),
		...(image.pullSecrets?.length && {imagePullSecrets: image.pullSecrets.map(name => ({name}))}),
		...(settings.nodeSelector && {nodeSelector: settings.nodeSelector}),
		...(placement.node ? {affinity: onNodes('In', [placement.node])} : placement.avoidNodes?.length ? {affinity: onNodes('NotIn', placement.avoidNodes)} : {}),
		...(tolerations.length > 0 && {tolerations}),
		...podSecurity(facts),
		containers: [{
			name: moverContainer,
			image: image.name,
			...(image.pullPolicy && {imagePullPolicy: image.pullPolicy}),
			args: ['mover'],
			env: Object.entries(moverEnvironment).map(([name, value]) => ({name, value})),
			resources: stringQuantities(settings.resources),
			securityContext: containerSecurity(facts),
			terminationMessagePath: moverPaths.result,
			terminationMessagePolicy: 'File',
			volumeMounts: mounts.map(({mount}) => mount),
		}],
		volumes: mounts.map(({volume}) => volume),
	};
}

/** By name of the node object: its hostname label may differ, and pods that set `nodeName` evade the scheduler's checks. */
const onNodes = (operator: 'In' | 'NotIn', nodes: readonly string[]): NonNullable<PodSpec['affinity']> => ({
	// The API server takes one value for each requirement on metadata.name.
	nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchFields: nodes.map(node => ({key: 'metadata.name', operator, values: [node]}))}]}},
});

const stringQuantities = (resources: MoverJobFacts['settings']['resources']): {requests: Record<string, string>; limits: Record<string, string>} => ({
	requests: asStrings(resources.requests),
	limits: asStrings(resources.limits),
});

const asStrings = (quantities: Record<string, string | number>): Record<string, string> =>
	Object.fromEntries(Object.entries(quantities).map(([name, quantity]) => [name, String(quantity)]));
