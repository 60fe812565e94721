import {group, kinds} from '../api/v1alpha1/group.ts';

export type RbacRule = {
	/** Why the operator needs it. */
	why: string;
	apiGroups: string[];
	resources: string[];
	verbs: string[];
};

const ours = Object.values(kinds).map(({plural}) => plural);

/**
All that the operator may do to objects in namespaces. In the chart it is a ClusterRole; where the operator watches some namespaces only, a
Role in each of them. `patch` on status is server-side apply; `create` beside it is not needed, because status never creates.
*/
export const namespacedRules: RbacRule[] = [
	{why: 'follow what users want', apiGroups: [group], resources: ours, verbs: ['get', 'list', 'watch']},
	{why: 'say how it went (server-side apply)', apiGroups: [group], resources: ours.map(plural => `${plural}/status`), verbs: ['patch']},
	{why: 'owner references that block deletion, on clusters that check them (OwnerReferencesPermissionEnforcement)', apiGroups: [group], resources: ours.map(plural => `${plural}/finalizers`), verbs: ['update']},
	{why: 'runs of schedules: made when due, removed beyond historyLimits', apiGroups: [group], resources: [kinds.VolumeBackup.plural], verbs: ['create', 'delete']},
	{why: 'the finalizer of VolumeBackups with deletionPolicy Delete', apiGroups: [group], resources: [kinds.VolumeBackup.plural], verbs: ['patch']},
	{why: 'which claims a workload means', apiGroups: ['apps'], resources: ['statefulsets', 'deployments', 'daemonsets'], verbs: ['get']},
	{why: 'movers: one Job for each attempt', apiGroups: ['batch'], resources: ['jobs'], verbs: ['get', 'list', 'watch', 'create', 'delete']},
	{why: 'results of movers, and which pods use a claim', apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch']},
	{why: 'progress of movers', apiGroups: [''], resources: ['pods/log'], verbs: ['get']},
	{why: 'sources and targets; temporary claims made from captures, and claims of a claimTemplate', apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['get', 'list', 'watch', 'create', 'delete']},
	{why: 'captures: made before a backup, removed after it', apiGroups: ['snapshot.storage.k8s.io'], resources: ['volumesnapshots'], verbs: ['get', 'list', 'watch', 'create', 'delete']},
	{why: 'whether the Secrets that a repository names are there and complete; by name only, so neither list nor watch', apiGroups: [''], resources: ['secrets'], verbs: ['get']},
	{why: 'tell people what happened, learn why a pod does not start, and hear of abnormal volumes (those events alone are watched)', apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'list', 'watch']},
];

/** Reads of cluster-wide objects, in a ClusterRole in any case. */
export const clusterRules: RbacRule[] = [
	{why: 'the driver of a volume', apiGroups: [''], resources: ['persistentvolumes'], verbs: ['get']},
	{why: 'which snapshot class serves a driver', apiGroups: ['snapshot.storage.k8s.io'], resources: ['volumesnapshotclasses'], verbs: ['list']},
	{why: 'why a claim is not bound', apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: ['get']},
	{why: 'which nodes have user namespaces', apiGroups: [''], resources: ['nodes'], verbs: ['list', 'watch']},
	{why: 'pod security level and consent to privileged movers; the uid of kube-system names the cluster', apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch']},
];

/** In the operator's own namespace. */
export const ownRules: RbacRule[] = [
	{why: 'one of several operators works at a time', apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'patch']},
	{why: 'movers run from the image of the operator\'s own pod, unless a flag names another', apiGroups: [''], resources: ['pods'], verbs: ['get']},
];
