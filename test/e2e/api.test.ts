import anyTest from 'ava';
import {contract} from '../../src/api/v1alpha1/conditions.ts';
import {apiServer} from './_api-server.ts';
import {backupSpec, claimTemplate, filesystemRepository, moverSettings, repositoryOn, repositorySpec, restoreSpec, scheduleSpec} from './_specs.ts';
import type {TestFn} from 'ava';
import type {Kind} from '../../src/api/v1alpha1/group.ts';
import type {ApiServer} from './_api-server.ts';
import type {Spec} from './_specs.ts';

const test = anyTest as TestFn<{api: ApiServer}>;

test.before(async t => {
	t.context.api = await apiServer();
});

test.after.always(async t => {
	await t.context.api.close();
});

const accepted: [string, Kind, Spec][] = [
	['a repository in a bucket', 'BackupRepository', repositorySpec()],
	['a repository in a bucket of AWS with the cloud\'s credentials', 'BackupRepository', repositoryOn({region: 'eu-central-1', credentialsSecretRef: undefined, workloadIdentity: {serviceAccountName: 'backup'}})],
	['a repository that owns its whole bucket', 'BackupRepository', repositoryOn({prefix: ''})],
	['a repository behind an address and a port', 'BackupRepository', repositoryOn({endpoint: 'http://[fd00::1]:9000', addressing: 'Path'})],
	['a repository on a claim', 'BackupRepository', filesystemRepository({path: 'backups/shop'})],
	['a repository with everything set', 'BackupRepository', {...repositorySpec(), layout: 'Restic', encryption: {passwordSecretRef: {name: 'offsite-key', key: 'my.password'}}, initialization: 'Never', probeIntervalSeconds: 60, mover: moverSettings}],
	['a backup of one claim', 'VolumeBackup', backupSpec()],
	['a backup of all claims of the namespace', 'VolumeBackup', backupSpec({source: {claimSelector: {}}})],
	['a backup of labelled claims', 'VolumeBackup', backupSpec({source: {claimSelector: {matchLabels: {app: 'shop'}, matchExpressions: [{key: 'tier', operator: 'In', values: ['db', '']}, {key: 'scratch', operator: 'DoesNotExist'}]}}})],
	['a backup with everything set', 'VolumeBackup', backupSpec({
		capture: {method: 'Snapshot', snapshotClassName: 'btrfs', stagedStorageClassName: 'btrfs'},
		include: ['data/**'],
		exclude: ['**/cache/**', '!**/cache/keep/**', 'a..b', '...'],
		onEmptySource: 'Allow',
		onUnreadableFile: 'Fail',
		tags: ['before-upgrade', 'ticket=42'],
		activeDeadlineSeconds: 3600,
		retry: {limit: 0},
		mover: moverSettings,
	})],
	['a schedule', 'VolumeBackupSchedule', scheduleSpec()],
	['a continuous schedule', 'VolumeBackupSchedule', scheduleSpec({cron: undefined, continuous: {targetLagSeconds: 900, whenUnchanged: 'Run'}})],
	['a schedule with everything set', 'VolumeBackupSchedule', scheduleSpec({
		cron: '0 3 * JAN-DEC MON#1',
		timeZone: 'America/Argentina/Buenos_Aires',
		jitterSeconds: 1800,
		startingDeadlineSeconds: 7200,
		catchUp: {policy: 'All', limit: 5},
		concurrencyPolicy: 'Queue',
		suspend: true,
		blackoutWindows: [{cron: '0 0 * 11 5', durationSeconds: 86_400, timeZone: 'Etc/GMT+5'}, {cron: '@weekly', durationSeconds: 60}],
		historyLimits: {successful: 0, failed: 1000},
		triggers: {manual: 'before the upgrade', onWorkloadFailure: {minIntervalSeconds: 60, causes: ['OutOfMemory', 'NodeLost', 'VolumeAbnormal']}},
		retention: {last: 3, daily: 7},
	}, {metadata: {labels: {team: 'shop'}, annotations: {note: 'nightly'}}, spec: backupSpec({source: {workloadRef: {kind: 'StatefulSet', name: 'shop'}}})})],
	['a restore into a new claim', 'VolumeRestore', restoreSpec()],
	['a restore of an archive into an existing claim', 'VolumeRestore', restoreSpec({from: {archive: '4bba301e'}, to: {claimName: 'orders-db'}, overwrite: 'IfChanged', extraFiles: 'Delete'})],
	['a restore with everything set', 'VolumeRestore', restoreSpec({
		from: {claimName: 'orders-db', namespace: 'shop', asOf: '2026-11-20T08:00:00Z', previous: 2},
		to: {claimTemplate: {...claimTemplate({storageClassName: 'btrfs', volumeMode: 'Filesystem'}), metadata: {name: 'orders-db', labels: {app: 'shop'}, annotations: {note: 'brought back, 2026'}}}},
		paths: ['base/16384/**'],
		overwrite: 'Never',
		onMissing: 'LeaveEmpty',
		damaged: 'Skip',
		activeDeadlineSeconds: 60,
		retry: {limit: 10},
		mover: moverSettings,
	})],
];

for (const [title, kind, spec] of accepted) {
	test(`${title} is accepted and is in progress until a controller has seen it`, async t => {
		const answer = await t.context.api.judge(kind, spec);
		t.true(answer.accepted, answer.message);
		t.deepEqual(answer.object.status, {observedGeneration: -1});
		t.like(answer.object.spec, JSON.parse(JSON.stringify(spec)) as object);
	});
}

test('a minimal repository gets its defaults', async t => {
	const {object} = await t.context.api.judge('BackupRepository', repositoryOn({}));
	t.deepEqual(object.spec, {
		storage: {s3: {bucket: 'backups', prefix: '', addressing: 'Auto', credentialsSecretRef: {name: 'offsite-s3'}}},
		layout: 'Restic',
		encryption: {passwordSecretRef: {name: 'offsite-key', key: 'password'}, removePreviousAfterSeconds: 604_800},
		initialization: 'IfEmpty',
		probeIntervalSeconds: 3600,
		mover: {identity: 'Auto'},
	});
});

test('a minimal backup gets its defaults', async t => {
	const {object} = await t.context.api.judge('VolumeBackup', backupSpec());
	t.deepEqual(object.spec, {
		...backupSpec(),
		capture: {method: 'Auto'},
		include: [],
		exclude: [],
		onEmptySource: 'Fail',
		onUnreadableFile: 'Warn',
		deletionPolicy: 'Retain',
		tags: [],
		activeDeadlineSeconds: 86_400,
		retry: {limit: 3},
		mover: {identity: 'Auto'},
	});
});

test('a minimal restore gets its defaults, and no word that lets it overwrite anything', async t => {
	const {object} = await t.context.api.judge('VolumeRestore', restoreSpec());
	t.deepEqual(object.spec, {
		...restoreSpec({to: {claimTemplate: claimTemplate({volumeMode: 'Filesystem'})}}),
		paths: [],
		extraFiles: 'Keep',
		onMissing: 'Fail',
		damaged: 'Fail',
		activeDeadlineSeconds: 86_400,
		retry: {limit: 3},
		mover: {identity: 'Auto'},
	});
});

test('the spec of a backup and of a restore never changes, their labels do', async t => {
	const {api} = t.context;
	for (const [kind, spec, change] of [['VolumeBackup', backupSpec(), {tags: ['late']}], ['VolumeRestore', restoreSpec(), {overwrite: 'Always'}]] as const) {
		await api.create(kind, spec, 'kept');
		const refused = await api.judgeChange(kind, 'kept', {spec: change});
		t.false(refused.accepted);
		t.deepEqual(refused.fields, ['spec']);
		t.regex(refused.message, /spec cannot be changed: a Volume(?:Backup|Restore) is one run; create another one/v);
		t.true((await api.judgeChange(kind, 'kept', {metadata: {labels: {seen: 'yes'}}})).accepted);
	}
});

test('a repository may move: its ID, not its address, says which one it is', async t => {
	const {api} = t.context;
	await api.create('BackupRepository', repositorySpec(), 'moves');
	const answer = await api.judgeChange('BackupRepository', 'moves', {spec: {storage: {s3: {bucket: 'elsewhere', prefix: ''}}}});
	t.true(answer.accepted, answer.message);
});

test('kubectl get shows the columns of the contract, and selects by repository and claim', async t => {
	const {api} = t.context;
	await api.create('VolumeBackup', backupSpec({source: {claimName: 'listed'}}), 'listed');
	const {columnDefinitions, rows} = await api.table('VolumeBackup', 'spec.source.claimName=listed,spec.repositoryRef.name=offsite');
	t.is(rows.length, 1);
	t.deepEqual(columnDefinitions.slice(1).map(({name, priority}) => ({name, priority})), contract.VolumeBackup.columns.map(({name, priority}) => ({name, priority})));
	t.is((await api.table('VolumeBackup', 'spec.source.claimName=other')).rows.length, 0);
});

test('a status as the example shows it is kept whole', async t => {
	const {api} = t.context;
	await api.create('VolumeBackup', backupSpec(), 'told');
	const status = {
		observedGeneration: 1,
		outcome: 'SucceededWithWarnings',
		startTime: '2026-11-22T02:30:11Z',
		completionTime: '2026-11-22T02:31:44Z',
		bytesAdded: 41_943_040,
		durationSeconds: 93,
		summary: {source: 'data-orders-0', archive: '4bba301e', added: '40 MiB', duration: '1m33s', node: 'node-3'},
		volumes: [{
			claimName: 'data-orders-0',
			capture: {method: 'Snapshot', reason: 'SnapshotClassFound', snapshotClassName: 'csi-btrfs', node: 'node-3'},
			archive: '4bba301e',
			outcome: 'SucceededWithWarnings',
			filesTotal: 18_234,
			filesSkipped: 1,
			skipped: [{path: 'pg_wal/archive_status/tmp', reason: 'PermissionDenied'}],
			bytesRead: 7_340_032_000,
			bytesAdded: 41_943_040,
		}],
		conditions: [{
			type: 'Ready',
			status: 'True',
			reason: 'SucceededWithWarnings',
			observedGeneration: 1,
			lastTransitionTime: '2026-11-22T02:31:44Z',
			message: '1 of 1 volumes archived; 1 file could not be read (onUnreadableFile: Warn)',
		}],
	};
	const answer = await api.judgeStatus('VolumeBackup', 'told', status);
	t.true(answer.accepted, answer.message);
	t.like(answer.object.status, status);
});
