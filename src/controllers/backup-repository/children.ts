import {apiVersion, group} from '../../api/v1alpha1/group.ts';
import type {BackupRepository} from '../../api/v1alpha1/backup-repository.ts';
import type {OwnerReference} from '../../kube/object.ts';
import {childName} from '../shared/child-name.ts';

export const ownerOf = ({metadata}: BackupRepository): OwnerReference & {kind: 'BackupRepository'} => ({
	apiVersion,
	kind: 'BackupRepository',
	name: metadata.name,
	uid: metadata.uid,
	controller: true,
	blockOwnerDeletion: true,
});

/** Of the probe that comes after what status tells of: however often a pass is repeated, it is the same one. */
export const probeName = ({metadata, status}: BackupRepository, fingerprint: string, attempt: number): string => childName(metadata, 'probe', fingerprint, attempt, status.lastProbeTime ?? '');

/** On a probe's Job: the fingerprint of what it was given. */
export const inputsAnnotation = `${group}/probe-inputs`;
