import type {VolumeRestore, VolumeRestoreStatus} from '../../api/v1alpha1/volume-restore.ts';
import type {Attempt, Lane} from '../shared/attempt.ts';
import type {Placement} from '../shared/mover-job-facts.ts';
import type {PassTools} from '../shared/services.ts';
import {moverName} from './children.ts';

/** One pass over a VolumeRestore: the object, the tools, and the status as it will be written. */
export type RestorePass = PassTools & {
	restore: VolumeRestore & {metadata: {namespace: string}};
	status: VolumeRestoreStatus;
	/** The newest mover. */
	attempt?: Attempt;
	/** Attempts that failed and count, for the next one to remember. */
	failedBefore: number;
	/** Since when it was waiting for its turn, as the last pass left it. */
	queuedTime?: string;
	/** What the next mover mounts. */
	target?: {claimName: string; placement: Placement};
};

/** Works on a copy of the status: cached objects are shared. */
export function beginPass(restore: VolumeRestore, tools: PassTools): RestorePass {
	const namespace = restore.metadata.namespace ?? '';
	return {...tools, restore: {...restore, metadata: {...restore.metadata, namespace}}, status: structuredClone(restore.status), failedBefore: 0};
}

export const laneOf = ({restore}: Pick<RestorePass, 'restore'>): Lane => ({owner: restore.metadata, jobName: attempt => moverName(restore, attempt)});
