import {annotations} from '../../../api/v1alpha1/group.ts';
import {persistentVolumeClaims} from '../../../kube/resources.ts';
import {volumeSnapshots} from '../../../kube/snapshot-resources.ts';
import type {KubeObject} from '../../../kube/object.ts';
import {isSpent, removeJob} from '../../shared/attempt.ts';
import {byOwner} from '../../shared/indexes.ts';
import {proceed} from '../../shared/step.ts';
import type {Step} from '../../shared/step.ts';
import type {BackupPass} from '../pass.ts';

/**
Removes the temporary objects of every claim that has its outcome: mover first, then what it mounted, then what that was made from. The
API server and the drivers keep each until nothing uses it any more, so nothing is awaited.
*/
export const cleanUp: Step<BackupPass> = async pass => {
	const {backup, caches, kube, signal, status} = pass;
	const settled = new Set(status.volumes?.flatMap(({claimName, outcome}) => (outcome ? [claimName] : [])));
	const ours = <T extends KubeObject>(objects: readonly T[]): T[] =>
		objects.filter(({metadata}) => !metadata.deletionTimestamp && (status.outcome !== undefined || settled.has(metadata.annotations?.[annotations.claimName] ?? '')));

	const {uid} = backup.metadata;
	const jobs = caches.jobs.store.byIndex(byOwner, uid);
	const records = new Map(status.volumes?.map(volume => [volume.claimName, volume]));
	for (const job of new Set([...ours(jobs), ...jobs.filter(job => isSpent(job, records.get(job.metadata.annotations?.[annotations.claimName] ?? '') ?? {}))])) await removeJob(job, pass);
	for (const {metadata} of ours(caches.claims.store.byIndex(byOwner, uid))) await kube.remove(persistentVolumeClaims, metadata, {uid: metadata.uid}, signal);
	for (const {metadata} of ours(caches.snapshots.store.byIndex(byOwner, uid))) await kube.remove(volumeSnapshots, metadata, {uid: metadata.uid}, signal);
	return proceed();
};
