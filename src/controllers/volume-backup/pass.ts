import type {VolumeBackup, VolumeBackupStatus, VolumeStatus} from '../../api/v1alpha1/volume-backup.ts';
import type {PersistentVolumeClaim} from '../../kube/resources.ts';
import type {Attempt, Lane} from '../shared/attempt.ts';
import type {Placement} from '../shared/mover-job-facts.ts';
import type {PassTools} from '../shared/services.ts';
import type {Halt} from '../shared/step.ts';
import {moverName} from './children.ts';

/** One pass over a VolumeBackup: the object, the tools, and the status as it will be written. */
export type BackupPass = PassTools & {
	backup: VolumeBackup & {metadata: {namespace: string}};
	status: VolumeBackupStatus;
	lanes: BackupLane[];
};

/** One claim of the run, on its own way through capture and mover. */
export type BackupLane = {
	pass: BackupPass;
	/** Its part of the status. */
	volume: VolumeStatus;
	/** The newest mover. */
	attempt?: Attempt;
	/** Attempts that failed and count, for the next one to remember. */
	failedBefore: number;
	/** Since when it was waiting for its turn, as the last pass left it. */
	queuedTime?: string;
	claim?: PersistentVolumeClaim;
	/** What the next mover mounts. */
	source?: {claimName: string; placement: Placement; capturedAt?: string};
	/** What the lane waits for; absent once it has its outcome. */
	halt?: Halt;
};

/** Works on a copy of the status: cached objects are shared. */
export function beginPass(backup: VolumeBackup, tools: PassTools): BackupPass {
	const namespace = backup.metadata.namespace ?? '';
	return {...tools, backup: {...backup, metadata: {...backup.metadata, namespace}}, status: structuredClone(backup.status), lanes: []};
}

export const isSettled = ({volume}: BackupLane): boolean => volume.outcome !== undefined;

/** Which Jobs belong to the claim. */
export const laneOf = ({pass, volume}: Pick<BackupLane, 'pass' | 'volume'>): Lane => ({
	owner: pass.backup.metadata,
	jobName: attempt => moverName(pass.backup, volume.claimName, attempt),
});
