import type {Logger} from '../base/log.ts';
import {reconcile as reconcileRepository} from '../controllers/backup-repository/reconcile.ts';
import {backupRepositories, volumeBackups, volumeRestores} from '../controllers/resources.ts';
import type {Services} from '../controllers/shared/services.ts';
import {reconcile as reconcileBackup} from '../controllers/volume-backup/reconcile.ts';
import {forgetSchedule} from '../controllers/volume-backup-schedule/forget.ts';
import {reconcile as reconcileSchedule} from '../controllers/volume-backup-schedule/reconcile.ts';
import {reconcile as reconcileRestore} from '../controllers/volume-restore/reconcile.ts';
import type {KubeMetrics} from '../kube/metrics.ts';
import {createController} from '../kube/runtime/controller.ts';
import type {Controller} from '../kube/runtime/controller.ts';
import {beyondStatus, ownedBy} from '../kube/runtime/source.ts';
import {abnormalVolumes, ailingPods, comingWriters, lostNodes, newClaims, scheduledRuns} from './schedule-sources.ts';
import {claimsOf, claimUsers, deletionsOf, moverPods, repositoriesOf, repositoryClaims, retentionOf} from './sources.ts';

/** One controller for each kind: whose changes lead to passes over which objects. */
export function createControllers(services: Services, {log, metrics}: {log: Logger; metrics: KubeMetrics}): Controller[] {
	const {caches, clock, random, news, queue} = services;
	const shared = {services, log, metrics, clock, random, relevant: beyondStatus};

	const repositories = createController({
		...shared,
		name: 'backup-repository',
		root: caches.repositories,
		sources: [ownedBy(caches.jobs, backupRepositories), moverPods(caches, 'BackupRepository'), repositoryClaims(caches), retentionOf(caches), deletionsOf(caches)],
		reconcile: reconcileRepository,
		gone: key => news.forget(key),
	});
	news.subscribe(key => repositories.enqueue(key));

	const backups = createController({
		...shared,
		name: 'volume-backup',
		root: caches.backups,
		sources: [
			ownedBy(caches.jobs, volumeBackups),
			ownedBy(caches.claims, volumeBackups),
			ownedBy(caches.snapshots, volumeBackups),
			moverPods(caches, 'VolumeBackup'),
			claimsOf(caches, caches.backups),
			claimUsers(caches, caches.backups),
			repositoriesOf(caches, caches.backups),
		],
		reconcile: reconcileBackup,
		concurrency: 8,
	});

	const restores = createController({
		...shared,
		name: 'volume-restore',
		root: caches.restores,
		sources: [
			ownedBy(caches.jobs, volumeRestores),
			moverPods(caches, 'VolumeRestore'),
			claimsOf(caches, caches.restores),
			claimUsers(caches, caches.restores),
			repositoriesOf(caches, caches.restores),
		],
		reconcile: reconcileRestore,
	});

	const schedules = createController({
		...shared,
		name: 'volume-backup-schedule',
		root: caches.schedules,
		sources: [scheduledRuns(caches), ailingPods(caches), lostNodes(caches), abnormalVolumes(caches), comingWriters(caches), newClaims(caches)],
		reconcile: reconcileSchedule,
		gone: key => forgetSchedule(key, services),
	});

	queue.subscribe((kind, key) => (kind === 'VolumeBackup' ? backups : restores).enqueue(key));
	return [repositories, backups, schedules, restores];
}
