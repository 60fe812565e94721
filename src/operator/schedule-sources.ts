import {labels} from '../api/v1alpha1/group.ts';
import {canWrite, writableClaims} from '../controllers/shared/claim-writers.ts';
import {byAiling, byContinuous} from '../controllers/shared/indexes.ts';
import type {ControllerCaches} from '../controllers/shared/controller-caches.ts';
import {isAiling, isManaged} from '../controllers/shared/trims.ts';
import {isLost} from '../controllers/volume-backup-schedule/incidents.ts';
import {keyOf, keyOfObject, refOfKey} from '../kube/object.ts';
import type {ObjectKey} from '../kube/object.ts';
import {source} from '../kube/runtime/source.ts';
import type {Source} from '../kube/runtime/source.ts';

/** A schedule's VolumeBackups concern it when they come, end and go; what they do meanwhile does not. */
export const scheduledRuns = ({backups}: ControllerCaches): Source =>
	source({
		cache: backups,
		keys({metadata}) {
			const name = metadata.labels?.[labels.schedule];
			return name ? [keyOf({namespace: metadata.namespace, name})] : [];
		},
		relevant: ({object, previous}) => !object || !previous || object.status.outcome !== previous.status.outcome || object.metadata.uid !== previous.metadata.uid,
	});

/** Pods that begin to fail, or fail again, concern the schedules of their namespace that answer to that. */
export const ailingPods = ({pods, schedules}: ControllerCaches): Source =>
	source({
		cache: pods,
		keys: ({metadata}) => watching(schedules, metadata.namespace ?? ''),
		relevant: ({object, previous}) =>
			object !== undefined && !isManaged(object) && isAiling(object) && (object.metadata.resourceVersion !== previous?.metadata.resourceVersion),
	});

/** A node that does not answer strands pods of any namespace. */
export const lostNodes = ({nodes, schedules, pods}: ControllerCaches): Source =>
	source({
		cache: nodes,
		keys({metadata}) {
			const namespaces = new Set([...pods.store.list()].filter(({spec}) => spec?.nodeName === metadata.name).map(pod => pod.metadata.namespace ?? ''));
			return [...namespaces].flatMap(namespace => watching(schedules, namespace));
		},
		relevant: ({object, previous}) => object !== undefined && isLost(object) && !(previous && isLost(previous)),
	});

/** What a storage driver reports of a volume concerns the schedules of its namespace that answer to failures. */
export const abnormalVolumes = ({volumeReports, schedules}: ControllerCaches): Source =>
	source({cache: volumeReports, keys: ({metadata}) => watching(schedules, metadata.namespace ?? ''), relevant: ({object}) => object !== undefined});

/** A continuous schedule that rests goes on when a pod comes that could write to its claims. */
export const comingWriters = ({pods, schedules}: ControllerCaches): Source =>
	source({
		cache: pods,
		keys: pod => writableClaims(pod).flatMap(claim => resting(schedules, claim)),
		relevant: ({object, previous}) => object !== undefined && canWrite(object) && !(previous && canWrite(previous) && previous.metadata.uid === object.metadata.uid),
	});

/** So it does when another claim is meant. */
export const newClaims = ({claims, schedules}: ControllerCaches): Source =>
	source({
		cache: claims,
		keys: (_claim, key) => resting(schedules, key),
		relevant: ({object, previous}) => object?.metadata.uid !== previous?.metadata.uid || JSON.stringify(object?.metadata.labels) !== JSON.stringify(previous?.metadata.labels),
	});

/** A selector or a workload may mean any claim of its namespace. */
const resting = ({store}: ControllerCaches['schedules'], claim: ObjectKey): ObjectKey[] => {
	const {namespace = '', name} = refOfKey(claim);
	return store.byIndex(byContinuous, namespace).filter(({spec}) => (spec.template.spec.source.claimName ?? name) === name).map(keyOfObject);
};

const watching = ({store}: ControllerCaches['schedules'], namespace: string): ObjectKey[] => store.byIndex(byAiling, namespace).map(keyOfObject);
