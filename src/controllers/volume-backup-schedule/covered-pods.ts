import {failureCauses} from '../../api/v1alpha1/group.ts';
import type {VolumeBackupSchedule} from '../../api/v1alpha1/volume-backup-schedule.ts';
import {controllerOf, keyOf, refOfKey} from '../../kube/object.ts';
import type {Event, Pod} from '../../kube/resources.ts';
import {byAiling, byClaim, mountedClaims} from '../shared/indexes.ts';
import {matchesSelector} from '../shared/label-selector.ts';
import type {ControllerCaches} from '../shared/controller-caches.ts';
import {reportedAt} from '../shared/volume-reports.ts';
import {isManaged} from '../shared/trims.ts';
import {incidentsOf, isLost} from './incidents.ts';
import type {Incident} from './incidents.ts';

/** What ails the pods that mount claims of the schedule's source. In a healthy namespace it costs two look-ups. */
export function incidentsCovered(schedule: VolumeBackupSchedule, caches: Pick<ControllerCaches, 'pods' | 'nodes' | 'claims' | 'volumeReports'>): Incident[] {
	const namespace = schedule.metadata.namespace ?? '';
	const lost = new Set([...caches.nodes.store.list()].filter(isLost).map(({metadata}) => metadata.name));
	const ailing = caches.pods.store.byIndex(byAiling, namespace);
	const stranded = lost.size > 0 ? [...caches.pods.store.list()].filter(({metadata, spec}) => metadata.namespace === namespace && lost.has(spec?.nodeName ?? '')) : [];

	const ofPods = [...new Set([...ailing, ...stranded])].flatMap(pod => {
		const claimNames = isManaged(pod) ? [] : claimsCovered(schedule, pod, caches);
		return claimNames.length > 0 ? incidentsOf(pod, caches.nodes.store.get(pod.spec?.nodeName ?? ''), claimNames) : [];
	});
	return [...ofPods, ...caches.volumeReports.store.byIndex(byAiling, namespace).flatMap(event => abnormal(schedule, event, caches))];
}

/** Drivers report it of the claim, and kubelets of each pod that mounts it. */
function abnormal(schedule: VolumeBackupSchedule, event: Event, caches: Pick<ControllerCaches, 'pods' | 'claims'>): Incident[] {
	const {kind, name = '', namespace, uid = ''} = event.regarding ?? {};
	const time = reportedAt(event);
	const mounting = caches.pods.store.byIndex(byClaim, keyOf({namespace, name})).find(pod => !isManaged(pod));
	const pod = kind === 'Pod' ? caches.pods.store.get(keyOf({namespace, name})) : mounting;
	const covered = kind === 'Pod' ? (pod && !isManaged(pod) ? claimsCovered(schedule, pod, caches) : []) : kind === 'PersistentVolumeClaim' && isCovered(schedule, name, pod, caches) ? [name] : [];
	if (!time || covered.length === 0) return [];
	return [{cause: failureCauses.VolumeAbnormal, ...(pod && {pod: pod.metadata.name}), podUid: uid, claimNames: covered, time, ripeAt: time, lasts: false}];
}

function isCovered(schedule: VolumeBackupSchedule, claim: string, pod: Pod | undefined, caches: Pick<ControllerCaches, 'claims'>): boolean {
	const {claimName, workloadRef} = schedule.spec.template.spec.source;
	if (claimName) return claimName === claim;
	// Of a workload that does not run, only the run itself finds out what it means.
	if (workloadRef) return pod !== undefined && isOf(pod, workloadRef);
	return isSelected(schedule, claim, caches);
}

function claimsCovered(schedule: VolumeBackupSchedule, pod: Pod, caches: Pick<ControllerCaches, 'claims'>): string[] {
	const {claimName, workloadRef} = schedule.spec.template.spec.source;
	const mounted = mountedClaims(pod).map(key => refOfKey(key).name);
	if (claimName) return mounted.filter(name => name === claimName);
	if (workloadRef) return isOf(pod, workloadRef) ? mounted : [];
	return mounted.filter(name => isSelected(schedule, name, caches));
}

function isSelected({metadata, spec}: VolumeBackupSchedule, name: string, {claims}: Pick<ControllerCaches, 'claims'>): boolean {
	const claim = claims.store.get(keyOf({namespace: metadata.namespace, name}));
	return claim !== undefined && !isManaged(claim) && matchesSelector(spec.template.spec.source.claimSelector ?? {}, claim.metadata.labels);
}

/** A Deployment's pods belong to a ReplicaSet of its name and a hash. */
function isOf(pod: Pod, {kind, name}: {kind: string; name: string}): boolean {
	if (kind === 'Pod') return pod.metadata.name === name;
	const owner = controllerOf(pod);
	if (kind === 'Deployment') return owner?.kind === 'ReplicaSet' && owner.name.slice(0, owner.name.lastIndexOf('-')) === name;
	return owner?.kind === kind && owner.name === name;
}
