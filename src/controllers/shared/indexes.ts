import {labels} from '../../api/v1alpha1/group.ts';
import type {BackupRepository} from '../../api/v1alpha1/backup-repository.ts';
import type {VolumeBackup} from '../../api/v1alpha1/volume-backup.ts';
import type {VolumeBackupSchedule} from '../../api/v1alpha1/volume-backup-schedule.ts';
import type {VolumeRestore} from '../../api/v1alpha1/volume-restore.ts';
import {controllerOf, keyOf} from '../../kube/object.ts';
import type {KubeObject} from '../../kube/object.ts';
import type {Pod} from '../../kube/resources.ts';
import {isAiling, isManaged} from './trims.ts';

/** Names of the caches' indexes; the values below are what objects are listed under. */
export const byOwner = 'owner';
export const byRun = 'run';
export const byRepository = 'repository';
export const byClaim = 'claim';
export const byMoverNamespace = 'mover-namespace';
export const bySchedule = 'schedule';
export const byAiling = 'ailing';
export const byContinuous = 'continuous';

/** uid of the controlling owner. */
export const ownerUid = (object: KubeObject): string[] => {
	const owner = controllerOf(object);
	return owner ? [owner.uid] : [];
};

/** uid of the object that a mover's pod works for, which owns the Job that owns the pod. */
export const labelledRun = ({metadata}: KubeObject): string[] => {
	const uid = metadata.labels?.[labels.ownerUid];
	return uid ? [uid] : [];
};

/** The namespace of a mover's Job or pod. */
export const moverNamespace = (object: KubeObject): string[] => (isManaged(object) ? [object.metadata.namespace ?? ''] : []);

/** uid of the schedule that made a backup. */
export const scheduleUid = ({metadata}: VolumeBackup): string[] => {
	const uid = metadata.labels?.[labels.scheduleUid];
	return uid ? [uid] : [];
};

/** The namespace of a workload's pod that fails. */
export const ailingNamespace = (pod: Pod): string[] => (!isManaged(pod) && isAiling(pod) ? [pod.metadata.namespace ?? ''] : []);

/** The namespace of a schedule that answers to failing workloads. */
export const watchedNamespace = ({metadata, spec}: VolumeBackupSchedule): string[] => (spec.triggers?.onWorkloadFailure ? [metadata.namespace ?? ''] : []);

/** The namespace of a schedule that may rest until somebody writes. */
export const continuousNamespace = ({metadata, spec}: VolumeBackupSchedule): string[] => (spec.continuous?.whenUnchanged === 'Rest' ? [metadata.namespace ?? ''] : []);

export const referredRepository = ({metadata, spec}: VolumeBackup | VolumeRestore): string[] => [keyOf({namespace: metadata.namespace, name: spec.repositoryRef.name})];

/** Where the runs of a schedule go. */
export const scheduledRepository = ({metadata, spec}: VolumeBackupSchedule): string[] => [keyOf({namespace: metadata.namespace, name: spec.template.spec.repositoryRef.name})];

/** `namespace/name` of every claim that a pod mounts, those of generic ephemeral volumes included. */
export const mountedClaims = ({metadata, spec}: Pod): string[] =>
	(spec?.volumes ?? []).flatMap(({name, persistentVolumeClaim, ephemeral}) => {
		const claim = persistentVolumeClaim?.claimName ?? (ephemeral ? `${metadata.name}-${name}` : undefined);
		return claim ? [keyOf({namespace: metadata.namespace, name: claim})] : [];
	});

/** Claims whose changes concern a backup. A selector may match any claim of its namespace. */
export const sourceClaims = ({metadata, spec, status}: VolumeBackup): string[] =>
	(spec.source.claimName ? [spec.source.claimName] : (status.volumes ?? []).map(volume => volume.claimName)).map(name => keyOf({namespace: metadata.namespace, name}));

/** The claim that holds a filesystem repository. */
export const storageClaim = ({metadata, spec}: BackupRepository): string[] =>
	spec.storage.filesystem ? [keyOf({namespace: metadata.namespace, name: spec.storage.filesystem.claimName})] : [];

export const targetClaim = ({metadata, spec}: VolumeRestore): string[] => [keyOf({namespace: metadata.namespace, name: targetClaimName(spec)})];

export const targetClaimName = ({to}: VolumeRestore['spec']): string => to.claimName ?? to.claimTemplate!.metadata.name;
