import type {KubeObject} from './object.ts';
import {defineResource} from './resource.ts';

/** What is read of a StatefulSet, Deployment or DaemonSet: which claims its pods mount. */
export type Workload = KubeObject & {
	spec?: {
		template?: {spec?: {volumes?: Array<{name: string; persistentVolumeClaim?: {claimName: string}}>}};
		/** Of a StatefulSet. */
		volumeClaimTemplates?: Array<{metadata?: {name?: string}}>;
	};
};

const apps = {group: 'apps', version: 'v1', namespaced: true};

export const statefulSets = defineResource<Workload>({...apps, plural: 'statefulsets', kind: 'StatefulSet'});
export const deployments = defineResource<Workload>({...apps, plural: 'deployments', kind: 'Deployment'});
export const daemonSets = defineResource<Workload>({...apps, plural: 'daemonsets', kind: 'DaemonSet'});
