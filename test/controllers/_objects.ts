import type {BackupRepository} from '../../src/api/v1alpha1/backup-repository.ts';
import type {MoverResult} from '../../src/api/v1alpha1/mover-contract.ts';
import type {VolumeBackup} from '../../src/api/v1alpha1/volume-backup.ts';
import type {VolumeRestore} from '../../src/api/v1alpha1/volume-restore.ts';
import type {Job, PersistentVolumeClaim, Pod} from '../../src/kube/resources.ts';
import type {Random} from '../../src/base/random.ts';

/*
Objects as the API server would hand them out, with all defaults of their schemas.
*/

export const now = new Date('2026-11-22T02:30:00Z');
export const ago = (seconds: number): string => new Date(now.getTime() - seconds * 1000).toISOString();

export const noJitter: Random = {bytes: length => Buffer.alloc(length), fraction: () => 1};

const meta = (name: string, uid: string) => ({name, namespace: 'shop', uid, resourceVersion: '7', generation: 1, creationTimestamp: ago(60)});

export const repository = (spec: Partial<BackupRepository['spec']> = {}, status: BackupRepository['status'] = {observedGeneration: -1}): BackupRepository => ({
	apiVersion: 'lazarette.dev/v1alpha1',
	kind: 'BackupRepository',
	metadata: meta('offsite', 'b1b1b1b1-0000-4000-8000-000000000001'),
	spec: {
		storage: {s3: {endpoint: 'https://s3.example.net', bucket: 'backups', prefix: 'prod/shop', addressing: 'Auto', credentialsSecretRef: {name: 'offsite-s3'}}},
		layout: 'Restic',
		encryption: {passwordSecretRef: {name: 'offsite-key', key: 'password'}, removePreviousAfterSeconds: 604_800},
		initialization: 'IfEmpty',
		probeIntervalSeconds: 3600,
		mover: {identity: 'Auto'},
		...spec,
	},
	status,
});

export const backup = (spec: Partial<VolumeBackup['spec']> = {}, status: VolumeBackup['status'] = {observedGeneration: -1}): VolumeBackup => ({
	apiVersion: 'lazarette.dev/v1alpha1',
	kind: 'VolumeBackup',
	metadata: meta('before-upgrade', 'b2b2b2b2-0000-4000-8000-000000000002'),
	spec: {
		repositoryRef: {name: 'offsite'},
		source: {claimName: 'orders-db'},
		capture: {method: 'Auto'},
		include: [],
		exclude: [],
		onEmptySource: 'Fail',
		onUnreadableFile: 'Warn',
		tags: [],
		deletionPolicy: 'Retain',
		activeDeadlineSeconds: 86_400,
		retry: {limit: 3},
		mover: {identity: 'Auto'},
		...spec,
	},
	status,
});

export const restore = (spec: Partial<VolumeRestore['spec']> = {}, status: VolumeRestore['status'] = {observedGeneration: -1}): VolumeRestore => ({
	apiVersion: 'lazarette.dev/v1alpha1',
	kind: 'VolumeRestore',
	metadata: meta('bring-back', 'b3b3b3b3-0000-4000-8000-000000000003'),
	spec: {
		repositoryRef: {name: 'offsite'},
		from: {claimName: 'orders-db'},
		to: {claimName: 'orders-db'},
		paths: [],
		extraFiles: 'Keep',
		onMissing: 'Fail',
		damaged: 'Fail',
		activeDeadlineSeconds: 86_400,
		retry: {limit: 3},
		mover: {identity: 'Auto'},
		...spec,
	},
	status,
});

export const claim = (name = 'orders-db', change: Partial<NonNullable<PersistentVolumeClaim['spec']>> = {}): PersistentVolumeClaim => ({
	apiVersion: 'v1',
	kind: 'PersistentVolumeClaim',
	metadata: meta(name, 'c1c1c1c1-0000-4000-8000-000000000004'),
	spec: {accessModes: ['ReadWriteOnce'], storageClassName: 'fast', volumeMode: 'Filesystem', volumeName: 'pv-1', resources: {requests: {storage: '10Gi'}}, ...change},
	status: {phase: 'Bound', capacity: {storage: '10Gi'}},
});

export const job = (status: Job['status'] = {}, name = 'before-upgrade-backup-1'): Job => ({
	apiVersion: 'batch/v1',
	kind: 'Job',
	metadata: meta(name, 'd1d1d1d1-0000-4000-8000-000000000005'),
	spec: {template: {spec: {containers: [{name: 'mover', image: 'registry.example.net/lazarette:1'}]}}},
	status,
});

export const pod = (status: Pod['status'] = {}, metadata: Partial<Pod['metadata']> = {}): Pod => ({
	apiVersion: 'v1',
	kind: 'Pod',
	metadata: {...meta('before-upgrade-backup-1-abcde', 'e1e1e1e1-0000-4000-8000-000000000006'), ...metadata},
	spec: {nodeName: 'node-1', containers: []},
	status,
});

/** A pod whose mover ended. */
export const endedPod = (terminated: {exitCode: number; reason?: string; message?: string}, status: Pod['status'] = {}): Pod =>
	pod({phase: terminated.exitCode === 0 ? 'Succeeded' : 'Failed', ...status, containerStatuses: [{name: 'mover', image: '', imageID: '', ready: false, restartCount: 0, state: {terminated}}]});

export const result = (change: Partial<MoverResult> = {}): MoverResult => ({
	version: 1,
	exitCode: 0,
	outcome: 'Succeeded',
	message: '3 files in archive 4bba301e',
	timings: {startedAt: ago(10), openedAt: ago(9), firstReadAt: ago(8), endedAt: ago(1)},
	skipped: [],
	skippedTotal: 0,
	removedLocks: 0,
	...change,
});

export const archiveId = '4bba301e'.padEnd(64, '0');

export const backupResult = (change: Partial<MoverResult> = {}): MoverResult =>
	result({
		backup: {archive: archiveId, filesTotal: 3, filesNew: 1, filesChanged: 1, filesUnmodified: 1, directories: 2, bytesRead: 4096, bytesTotal: 8192, bytesAdded: 2048, bytesStored: 1024},
		...change,
	});

export const restoreResult = (change: Partial<MoverResult> = {}): MoverResult =>
	result({
		restore: {archive: archiveId, archiveTime: ago(3600), filesTotal: 3, filesRestored: 2, filesUnchanged: 1, filesDeleted: 0, bytesRestored: 4096, bytesTotal: 8192},
		...change,
	});
