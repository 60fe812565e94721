import type {VolumeBackup} from '../../../api/v1alpha1/volume-backup.ts';
import type {VolumeRestore} from '../../../api/v1alpha1/volume-restore.ts';
import {keyOf} from '../../../kube/object.ts';
import type {KubeObject} from '../../../kube/object.ts';
import type {Ticket} from './ticket.ts';

/** The cache index of runs that wait for a turn. */
export const byQueued = 'queued';
export const queued = 'waiting';

type Run = KubeObject & {spec: {repositoryRef: {name: string}}; status: {outcome?: string}};

export const isRestore = (run: KubeObject): boolean => run.kind === 'VolumeRestore';

/** The ticket of one claim of a run. */
export const ticketOf = (run: Omit<Run, 'status'>, claimName: string, node?: string): Ticket => ({
	id: `${run.metadata.uid}/${claimName}`,
	namespace: run.metadata.namespace ?? '',
	repository: keyOf({namespace: run.metadata.namespace, name: run.spec.repositoryRef.name}),
	...(node && {node}),
	urgent: isRestore(run),
	order: [run.metadata.creationTimestamp, run.metadata.name, claimName].join(' '),
});

/** The tickets that a backup's status holds: what waits, waits also for an operator that has just started. */
export const backupTickets = (backup: VolumeBackup): Ticket[] =>
	canWait(backup) ? (backup.status.volumes ?? []).flatMap(({claimName, queuedTime, outcome, capture}) => (queuedTime && !outcome ? [ticketOf(backup, claimName, capture?.node)] : [])) : [];

export const restoreTickets = (restore: VolumeRestore): Ticket[] => {
	const {queuedTime, claimName} = restore.status;
	return canWait(restore) && queuedTime && claimName ? [ticketOf(restore, claimName)] : [];
};

const canWait = ({metadata, status}: Run): boolean => !metadata.deletionTimestamp && !status.outcome;

export const queuedBackups = (backup: VolumeBackup): string[] => (backupTickets(backup).length > 0 ? [queued] : []);
export const queuedRestores = (restore: VolumeRestore): string[] => (restoreTickets(restore).length > 0 ? [queued] : []);
