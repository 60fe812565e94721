import {archivesFinalizer, fieldManagers} from '../../api/v1alpha1/group.ts';
import type {VolumeBackup} from '../../api/v1alpha1/volume-backup.ts';
import {isKubeError} from '../../kube/kube-error.ts';
import {keyOf} from '../../kube/object.ts';
import type {ReconcileResult} from '../../kube/runtime/reconcile.ts';
import {addFinalizer, hasFinalizer, removeFinalizer} from '../../kube/runtime/finalizers.ts';
import {archivesOf, isConfirmed} from '../repository-care/pending-deletions.ts';
import {volumeBackups} from '../resources.ts';
import {removeJob} from '../shared/attempt.ts';
import {byOwner} from '../shared/indexes.ts';
import type {PassTools} from '../shared/services.ts';
import {patienceMs, planDeletion} from './plan-deletion.ts';
import type {Deleted} from './plan-deletion.ts';

/** Holds a VolumeBackup whose archives are to go with it, from before its first mover on. */
export async function holdArchives(backup: VolumeBackup, {kube, signal}: Pick<PassTools, 'kube' | 'signal'>): Promise<VolumeBackup> {
	return backup.spec.deletionPolicy === 'Delete' && !backup.status.outcome ? addFinalizer(kube, volumeBackups, backup, archivesFinalizer, signal) : backup;
}

/**
A deleted VolumeBackup with deletionPolicy Delete, on its way out. It always gets there: at once when nothing is to be removed or nobody could have meant it, after the archives
are gone otherwise, and in the end without that, because no store and no repository may keep a namespace from going.
*/
export async function retire(backup: VolumeBackup, tools: PassTools): Promise<ReconcileResult> {
	if (!hasFinalizer(backup, archivesFinalizer)) return {};
	const {clock, caches} = tools;
	// A mover that goes on would make an archive that nobody knows of.
	for (const job of caches.jobs.store.byIndex(byOwner, backup.metadata.uid)) if (!job.metadata.deletionTimestamp) await removeJob(job, tools);

	const obstacle = obstacleTo(backup, tools);
	if (obstacle) return letGo(backup, obstacle, tools);
	if (archivesOf(backup).length === 0) return letGo(backup, undefined, tools);
	if (backup.status.deletion?.archives === 'Retain') return letGo(backup, backup.status.deletion.message, tools);

	const now = clock.now();
	const leftMs = Date.parse(backup.metadata.deletionTimestamp!) + patienceMs - now.getTime();
	if (leftMs <= 0) return letGo(backup, 'the repository or its store could not be worked with in time', tools);
	if (backup.status.deletion?.archives === 'Remove' && isConfirmed(backup)) return {requeueAfterMs: leftMs};

	const others = deletedBeside(backup, tools);
	const fate = planDeletion(deleted(backup), others.map(deleted), now);
	switch (fate.kind) {
		case 'wait':
			return {requeueAfterMs: Math.min(fate.untilMs, leftMs)};

		case 'remove':
			if (backup.status.deletion?.archives !== 'Remove') await settle(backup, 'Remove', 'the archives are removed by the next maintenance of the repository', tools);
			return {requeueAfterMs: leftMs};

		case 'retain':
			// All of them first: whoever is left after a crash in between must not look like one alone.
			for (const member of [backup, ...others]) if (!isConfirmed(member) && member.status.deletion?.archives !== 'Retain') await settle(member, 'Retain', fate.message, tools);
			return letGo(backup, fate.message, tools);
	}
}

/** What makes it certain that archives stay. */
function obstacleTo({metadata, spec}: VolumeBackup, {caches}: PassTools): string | undefined {
	const {namespace = ''} = metadata;
	if (caches.namespaces.store.get(namespace)?.metadata.deletionTimestamp) return `namespace ${namespace} is being deleted, which removes no archives`;
	const repository = caches.repositories.store.get(keyOf({namespace, name: spec.repositoryRef.name}));
	if (!repository) return `BackupRepository ${spec.repositoryRef.name} does not exist any more`;
	return repository.metadata.deletionTimestamp ? `BackupRepository ${spec.repositoryRef.name} is being deleted` : undefined;
}

/** Of the whole namespace: what deletes many objects does not care for repositories. */
function deletedBeside({metadata}: VolumeBackup, {caches}: PassTools): VolumeBackup[] {
	return [...caches.backups.store.list()].filter(other => other.metadata.namespace === metadata.namespace && other.metadata.uid !== metadata.uid && other.metadata.deletionTimestamp && hasFinalizer(other, archivesFinalizer));
}

const deleted = (backup: VolumeBackup): Deleted => ({
	name: backup.metadata.name,
	deletedAt: new Date(backup.metadata.deletionTimestamp!),
	confirmed: isConfirmed(backup),
	...(backup.status.deletion && {settled: backup.status.deletion.archives}),
});

/** By a manager of its own: what is cached of ended backups is less than their status. */
async function settle({apiVersion, kind, metadata: {namespace = '', name, uid}}: VolumeBackup, archives: 'Remove' | 'Retain', message: string, {kube, signal}: PassTools): Promise<void> {
	const applied = {apiVersion, kind, metadata: {namespace, name, uid}, status: {deletion: {archives, message}}};
	try {
		await kube.applyStatus(volumeBackups, applied, {manager: fieldManagers.deletion, force: true}, signal);
	} catch (error) {
		if (!isKubeError(error) || !error.notFound) throw error;
	}
}

/** @param retained why its archives stay; absent when there are none, or they are gone */
export async function letGo(backup: VolumeBackup, retained: string | undefined, {kube, signal, events, log}: PassTools): Promise<ReconcileResult> {
	if (retained && archivesOf(backup).length > 0) {
		events.record(backup, {type: 'Warning', reason: 'ArchivesRetained', action: 'Delete', note: `its archives stay in the repository, for retention to decide: ${retained}`});
		log.warn({archives: archivesOf(backup), why: retained}, 'archives of a deleted VolumeBackup stay');
	}

	try {
		await removeFinalizer(kube, volumeBackups, backup, archivesFinalizer, signal);
	} catch (error) {
		if (!isKubeError(error) || !error.notFound) throw error;
	}

	return {};
}

