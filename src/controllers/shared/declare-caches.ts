import {labels, managedByValue} from '../../api/v1alpha1/group.ts';
import type {Caches} from '../../kube/cache/caches.ts';
import {events, jobs, namespaces, nodes, persistentVolumeClaims, pods} from '../../kube/resources.ts';
import {volumeSnapshots} from '../../kube/snapshot-resources.ts';
import {backupRepositories, volumeBackups, volumeBackupSchedules, volumeRestores} from '../resources.ts';
import {ailingNamespace, byAiling, byClaim, byContinuous, byMoverNamespace, byOwner, byRepository, byRun, bySchedule, continuousNamespace, labelledRun, mountedClaims, moverNamespace, ownerUid, referredRepository, scheduledRepository, scheduleUid, sourceClaims, storageClaim, targetClaim, watchedNamespace} from './indexes.ts';
import {byLiveness, liveJobs, livePods} from './queue/live-movers.ts';
import {byQueued, queuedBackups, queuedRestores} from './queue/tickets.ts';
import type {ControllerCaches} from './controller-caches.ts';
import {trimBackup, trimClaim, trimNamespace, trimNode, trimPod} from './trims.ts';
import {objectNamespace, trimVolumeReport, volumeAbnormal} from './volume-reports.ts';

const ours = {[labels.managedBy]: managedByValue};

/** What all controllers together watch, and how they look it up. Must come before the caches run. */
export const declareCaches = (caches: Caches): ControllerCaches => ({
	repositories: caches.of(backupRepositories, {indexes: {[byClaim]: storageClaim}}),
	backups: caches.of(volumeBackups, {trim: trimBackup, indexes: {[byRepository]: referredRepository, [byQueued]: queuedBackups, [byClaim]: sourceClaims, [bySchedule]: scheduleUid}}),
	schedules: caches.of(volumeBackupSchedules, {indexes: {[byRepository]: scheduledRepository, [byAiling]: watchedNamespace, [byContinuous]: continuousNamespace}}),
	restores: caches.of(volumeRestores, {indexes: {[byRepository]: referredRepository, [byQueued]: queuedRestores, [byClaim]: targetClaim}}),
	jobs: caches.of(jobs, {labels: ours, indexes: {[byOwner]: ownerUid, [byLiveness]: liveJobs, [byMoverNamespace]: moverNamespace}}),
	pods: caches.of(pods, {trim: trimPod, indexes: {[byOwner]: ownerUid, [byLiveness]: livePods, [byRun]: labelledRun, [byClaim]: mountedClaims, [byMoverNamespace]: moverNamespace, [byAiling]: ailingNamespace}}),
	claims: caches.of(persistentVolumeClaims, {trim: trimClaim, indexes: {[byOwner]: ownerUid}}),
	snapshots: caches.of(volumeSnapshots, {labels: ours, indexes: {[byOwner]: ownerUid}, optional: true}),
	nodes: caches.of(nodes, {trim: trimNode}),
	namespaces: caches.of(namespaces, {trim: trimNamespace}),
	volumeReports: caches.of(events, {fields: {reason: volumeAbnormal}, trim: trimVolumeReport, indexes: {[byAiling]: objectNamespace}}),
});
