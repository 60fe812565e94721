import type {BackupRepository} from '../../api/v1alpha1/backup-repository.ts';
import {annotations, archivesFinalizer, deletionConfirmed} from '../../api/v1alpha1/group.ts';
import type {VolumeBackup} from '../../api/v1alpha1/volume-backup.ts';
import {keyOfObject} from '../../kube/object.ts';
import {hasFinalizer} from '../../kube/runtime/finalizers.ts';
import {byRepository} from '../shared/indexes.ts';
import type {ControllerCaches} from '../shared/controller-caches.ts';

/** So many that what stays of them fits into a mover's result. */
const mostArchives = 64;

/** Deleted VolumeBackups whose archives are to go, and that one Job takes care of; the others follow. */
export function pendingDeletions(repository: BackupRepository, {backups}: Pick<ControllerCaches, 'backups'>): VolumeBackup[] {
	const pending = backups.store.byIndex(byRepository, keyOfObject(repository)).filter(waitsForDeletion).toSorted((left, right) => (left.metadata.name < right.metadata.name ? -1 : 1));
	const taken: VolumeBackup[] = [];
	let archives = 0;
	for (const backup of pending) {
		archives += archivesOf(backup).length;
		if (taken.length > 0 && archives > mostArchives) break;
		taken.push(backup);
	}

	return taken;
}

export const waitsForDeletion = (backup: VolumeBackup): boolean => backup.metadata.deletionTimestamp !== undefined && hasFinalizer(backup, archivesFinalizer) && backup.status.deletion?.archives === 'Remove';

export const archivesOf = ({status}: VolumeBackup): string[] => (status.volumes ?? []).flatMap(({archive}) => archive ?? []);

export const isConfirmed = ({metadata}: VolumeBackup): boolean => metadata.annotations?.[annotations.confirmDeletion] === deletionConfirmed;
