import type {VolumeBackupSchedule} from '../../api/v1alpha1/volume-backup-schedule.ts';
import {controllerOf, keyOf, refOfKey} from '../../kube/object.ts';
import type {Pod} from '../../kube/resources.ts';
import {byAiling, mountedClaims} from '../shared/indexes.ts';
import {matchesSelector} from '../shared/label-selector.ts';
import type {ControllerCaches} from '../shared/services.ts';
import {isManaged} from '../shared/trims.ts';
import {incidentsOf, isLost} from './incidents.ts';
import type {Incident} from './incidents.ts';

/** What ails the pods that mount claims of the schedule's source. In a healthy namespace it costs two look-ups. */
export function incidentsCovered(schedule: VolumeBackupSchedule, caches: Pick<ControllerCaches, 'pods' | 'nodes' | 'claims'>): Incident[] {
	const namespace = schedule.metadata.namespace ?? '';
	const lost = new Set([...caches.nodes.store.list()].filter(isLost).map(({metadata}) => metadata.name));
	const ailing = caches.pods.store.byIndex(byAiling, namespace);
	const stranded = lost.size > 0 ? [...caches.pods.store.list()].filter(({metadata, spec}) => metadata.namespace === namespace && lost.has(spec?.nodeName ?? '')) : [];

	return [...new Set([...ailing, ...stranded])].flatMap(pod => {
		const claimNames = isManaged(pod) ? [] : claimsCovered(schedule, pod, caches);
		return claimNames.length > 0 ? incidentsOf(pod, caches.nodes.store.get(pod.spec?.nodeName ?? ''), claimNames) : [];
	});
}

function claimsCovered({metadata, spec}: VolumeBackupSchedule, pod: Pod, {claims}: Pick<ControllerCaches, 'claims'>): string[] {
	const {claimName, claimSelector, workloadRef} = spec.template.spec.source;
	const mounted = mountedClaims(pod).map(key => refOfKey(key).name);
	if (claimName) return mounted.filter(name => name === claimName);
	if (workloadRef) return isOf(pod, workloadRef) ? mounted : [];
	return mounted.filter(name => {
		const claim = claims.store.get(keyOf({namespace: metadata.namespace, name}));
		return claim !== undefined && !isManaged(claim) && matchesSelector(claimSelector ?? {}, claim.metadata.labels);
	});
}

/** A Deployment's pods belong to a ReplicaSet of its name and a hash. */
function isOf(pod: Pod, {kind, name}: {kind: string; name: string}): boolean {
	if (kind === 'Pod') return pod.metadata.name === name;
	const owner = controllerOf(pod);
	if (kind === 'Deployment') return owner?.kind === 'ReplicaSet' && owner.name.slice(0, owner.name.lastIndexOf('-')) === name;
	return owner?.kind === kind && owner.name === name;
}
