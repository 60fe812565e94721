import type {VolumeBackup} from '../../../api/v1alpha1/volume-backup.ts';
import type {VolumeRestore} from '../../../api/v1alpha1/volume-restore.ts';
import type {RunKind} from '../../../api/v1alpha1/group.ts';
import {keyOfObject} from '../../../kube/object.ts';
import type {ObjectKey} from '../../../kube/object.ts';
import type {ControllerCaches} from '../controller-caches.ts';
import type {Ticket} from './ticket.ts';
import {backupTickets, byQueued, queued, restoreTickets} from './tickets.ts';

export type QueuedRun = {kind: RunKind; key: ObjectKey; tickets: readonly Ticket[]};

/** Cached objects never change, so neither do their tickets. */
const known = new WeakMap<VolumeBackup | VolumeRestore, QueuedRun>();

/** All runs that wait for a turn, with their tickets; in proportion to those, not to all runs that there are. */
export const queuedRuns = ({backups, restores}: Pick<ControllerCaches, 'backups' | 'restores'>): QueuedRun[] => [
	...backups.store.byIndex(byQueued, queued).map(backup => remembered(backup, () => ({kind: 'VolumeBackup', key: keyOfObject(backup), tickets: backupTickets(backup)}))),
	...restores.store.byIndex(byQueued, queued).map(restore => remembered(restore, () => ({kind: 'VolumeRestore', key: keyOfObject(restore), tickets: restoreTickets(restore)}))),
];

function remembered(run: VolumeBackup | VolumeRestore, make: () => QueuedRun): QueuedRun {
	const before = known.get(run);
	if (before) return before;
	const made = make();
	known.set(run, made);
	return made;
}
