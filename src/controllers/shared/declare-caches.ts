import {labels, managedByValue} from '../../api/v1alpha1/group.ts';
import type {Caches} from '../../kube/cache/caches.ts';
import {jobs, namespaces, nodes, persistentVolumeClaims, pods} from '../../kube/resources.ts';
import {volumeSnapshots} from '../../kube/snapshot-resources.ts';
import {backupRepositories, volumeBackups, volumeRestores} from '../resources.ts';
import {byClaim, byMoverNamespace, byOwner, byRepository, byRun, labelledRun, mountedClaims, moverNamespace, ownerUid, referredRepository, sourceClaims, storageClaim, targetClaim} from './indexes.ts';
import type {ControllerCaches} from './services.ts';
import {trimClaim, trimNamespace, trimNode, trimPod} from './trims.ts';

const ours = {[labels.managedBy]: managedByValue};

/** What all controllers together watch, and how they look it up. Must come before the caches run. */
export const declareCaches = (caches: Caches): ControllerCaches => ({
	repositories: caches.of(backupRepositories, {indexes: {[byClaim]: storageClaim}}),
	backups: caches.of(volumeBackups, {indexes: {[byRepository]: referredRepository, [byClaim]: sourceClaims}}),
	restores: caches.of(volumeRestores, {indexes: {[byRepository]: referredRepository, [byClaim]: targetClaim}}),
	jobs: caches.of(jobs, {labels: ours, indexes: {[byOwner]: ownerUid, [byMoverNamespace]: moverNamespace}}),
	pods: caches.of(pods, {trim: trimPod, indexes: {[byOwner]: ownerUid, [byRun]: labelledRun, [byClaim]: mountedClaims, [byMoverNamespace]: moverNamespace}}),
	claims: caches.of(persistentVolumeClaims, {trim: trimClaim, indexes: {[byOwner]: ownerUid}}),
	snapshots: caches.of(volumeSnapshots, {labels: ours, indexes: {[byOwner]: ownerUid}, optional: true}),
	nodes: caches.of(nodes, {trim: trimNode}),
	namespaces: caches.of(namespaces, {trim: trimNamespace}),
});
