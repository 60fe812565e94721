import {apiVersion, labels, scheduleTag} from '../../src/api/v1alpha1/group.ts';
import {withStanding} from '../../src/controllers/shared/standing.ts';
import {backupStatus, conclusionOf} from '../../src/controllers/volume-backup/status.ts';
import type {BackupRepository} from '../../src/api/v1alpha1/backup-repository.ts';
import type {VolumeBackup, VolumeBackupStatus} from '../../src/api/v1alpha1/volume-backup.ts';

/*
Objects of the size that they have in use, by number. The same number always means the same object.
*/

export const repositoryName = 'offsite';
export const claimsEach = 5;

const hex = (number: number): string => number.toString(16).padStart(8, '0').repeat(8);

export const claimName = (number: number): string => `data-workload-with-a-usual-name-${number}`;
export const appOf = (number: number): string => `app-${Math.floor(number / claimsEach)}`;

export const claimObject = (namespace: string, number: number) => ({
	apiVersion: 'v1',
	kind: 'PersistentVolumeClaim',
	metadata: {
		name: claimName(number),
		namespace,
		labels: {app: appOf(number), 'app.kubernetes.io/name': 'postgresql', 'app.kubernetes.io/instance': appOf(number), 'app.kubernetes.io/managed-by': 'Helm', 'helm.sh/chart': 'postgresql-16.2.1'},
		annotations: {'volume.kubernetes.io/storage-provisioner': 'csi.example.net', 'volume.kubernetes.io/selected-node': `node-${number % 100}`},
	},
	spec: {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '20Gi'}}, storageClassName: 'bench', volumeMode: 'Filesystem', volumeName: `pvc-${hex(number).slice(0, 36)}`},
});

export const boundStatus = {phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: {storage: '20Gi'}};

export const repositoryObject = (namespace: string) => ({
	apiVersion,
	kind: 'BackupRepository',
	metadata: {name: repositoryName, namespace},
	spec: {
		storage: {s3: {endpoint: 'https://s3.example.net', region: 'eu-central-1', bucket: 'company-backups', prefix: `production/${namespace}`, credentialsSecretRef: {name: 'offsite-s3'}}},
		encryption: {passwordSecretRef: {name: 'offsite-key'}},
		probeIntervalSeconds: 86_400,
	},
});

export function repositoryStatus(repository: BackupRepository, fingerprint: string, now: Date): object {
	const frame = {generation: repository.metadata.generation ?? 1, now};
	return {
		...repository.status,
		observedGeneration: frame.generation,
		conditions: withStanding([], {reason: 'Available', message: 'repository 00000000 was opened with its password'}, frame),
		repositoryId: hex(1),
		archives: 100,
		storedBytes: 2 ** 40,
		locks: 0,
		lastProbeTime: now.toISOString(),
		probedInputs: fingerprint,
		newest: Array.from({length: 50}, (_, number) => ({id: hex(number), time: now.toISOString(), hostname: repository.metadata.namespace ?? '', path: `/${claimName(number)}`})),
	};
}

export const scheduleObject = (namespace: string, number: number) => ({
	apiVersion,
	kind: 'VolumeBackupSchedule',
	metadata: {name: `nightly-${number}`, namespace, labels: {app: `app-${number}`}},
	spec: {
		// Once a year: what is measured is an operator that has nothing to do.
		cron: '30 2 1 6 *',
		timeZone: 'Europe/Berlin',
		jitterSeconds: 3600,
		template: {spec: {repositoryRef: {name: repositoryName}, source: {claimSelector: {matchLabels: {app: `app-${number}`}}}}},
	},
});

export const backupObject = (namespace: string, number: number) => ({
	apiVersion,
	kind: 'VolumeBackup',
	metadata: {name: `nightly-${Math.floor(number / claimsEach)}-${20_260_000 + number}`, namespace, labels: {[labels.schedule]: `nightly-${Math.floor(number / claimsEach)}`, [labels.cause]: 'schedule'}},
	spec: {
		repositoryRef: {name: repositoryName},
		source: {claimName: claimName(number)},
		tags: [scheduleTag(namespace, `nightly-${Math.floor(number / claimsEach)}`)],
		exclude: ['**/lost+found', '**/*.tmp', '**/cache/**'],
	},
});

/** As a run of a few minutes leaves it. */
export function endedStatus(backup: VolumeBackup, number: number, now: Date): VolumeBackupStatus {
	const at = (secondsAgo: number): string => new Date(now.getTime() - secondsAgo * 1000).toISOString();
	const draft: VolumeBackupStatus = {
		observedGeneration: 1,
		outcome: 'Succeeded',
		startTime: at(300),
		firstReadTime: at(290),
		completionTime: at(10),
		volumes: [{
			claimName: claimName(number),
			capture: {method: 'Snapshot', reason: 'SnapshotClassFound', message: 'driver csi.example.net makes snapshots with VolumeSnapshotClass fast, its default class', snapshotClassName: 'fast', stagedClaimName: `${backup.metadata.name}-staged-0123456789`},
			capturedAt: at(298),
			attempts: 1,
			job: `${backup.metadata.name}-backup-0123456789`,
			node: `node-${number % 100}`,
			identity: {name: 'UserNamespaceRoot', reason: 'UserNamespacesAvailable', message: 'the nodes have user namespaces: root inside one, nobody on the node'},
			outcome: 'Succeeded',
			reason: 'Succeeded',
			message: `12345 files in archive ${hex(number).slice(0, 8)}`,
			archive: hex(number),
			parent: hex(number + 1),
			filesTotal: 12_345,
			filesNew: 17,
			filesChanged: 42,
			filesUnmodified: 12_286,
			filesSkipped: 0,
			bytesRead: 123_456_789,
			bytesTotal: 9_876_543_210,
			bytesAdded: 23_456_789,
			bytesStored: 12_345_678,
			durationSeconds: 280,
		}],
	};
	return backupStatus(draft, conclusionOf(draft), {generation: backup.metadata.generation ?? 1, now});
}

