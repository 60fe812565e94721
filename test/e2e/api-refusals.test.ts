import anyTest from 'ava';
import {apiServer} from './_api-server.ts';
import {backupSpec, claimTemplate, filesystemRepository, repositoryOn, repositorySpec, restoreSpec, scheduleSpec} from './_specs.ts';
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

/** Title, spec, the field that the refusal names, and what it says about it. */
type Refusal = [title: string, spec: Spec, field: string, says: RegExp];

const s3 = 'spec.storage.s3';
const repositories: Refusal[] = [
	['no storage', {...repositorySpec(), storage: {}}, 'spec.storage', /exactly one of s3 and filesystem/v],
	['two storages', {...repositorySpec(), storage: {...(repositorySpec()['storage'] as Spec), filesystem: {claimName: 'vault'}}}, 'spec.storage', /exactly one of s3 and filesystem/v],
	['no credentials', repositoryOn({credentialsSecretRef: undefined}), s3, /exactly one of credentialsSecretRef and workloadIdentity/v],
	['two kinds of credentials', repositoryOn({workloadIdentity: {serviceAccountName: 'backup'}}), s3, /exactly one of credentialsSecretRef and workloadIdentity/v],
	['an endpoint without scheme', repositoryOn({endpoint: 's3.example.net:9000'}), `${s3}.endpoint`, /must be a URL that begins with https:/v],
	['an endpoint of another protocol', repositoryOn({endpoint: 'ftp://s3.example.net'}), `${s3}.endpoint`, /must be a URL that begins with https:/v],
	['an endpoint with a password in it', repositoryOn({endpoint: 'https://me:secret@s3.example.net'}), `${s3}.endpoint`, /neither user and password nor a query/v],
	['a bucket with a path', repositoryOn({bucket: 'backups/prod'}), `${s3}.bucket`, /a path inside the bucket is the prefix/v],
	['a bucket without a name', repositoryOn({bucket: ''}), `${s3}.bucket`, /at least 1 chars/v],
	['a prefix that begins with a slash', repositoryOn({prefix: '/prod'}), `${s3}.prefix`, /no leading or trailing/v],
	['a prefix that climbs', repositoryOn({prefix: 'prod/../other'}), `${s3}.prefix`, /no empty, "\." or "\.\." segment/v],
	['a prefix with spaces', repositoryOn({prefix: 'my backups'}), `${s3}.prefix`, /should match/v],
	['an unknown addressing', repositoryOn({addressing: 'path'}), `${s3}.addressing`, /"Auto", "Path", "VirtualHost"/v],
	['a directory outside of the claim', filesystemRepository({path: '../other'}), 'spec.storage.filesystem.path', /path must be relative/v],
	['an absolute directory', filesystemRepository({path: '/backups'}), 'spec.storage.filesystem.path', /path must be relative/v],
	['no password', {...repositorySpec(), encryption: {}}, 'spec.encryption.passwordSecretRef', /Required value/v],
	['a key that no Secret can have', {...repositorySpec(), encryption: {passwordSecretRef: {name: 'offsite-key', key: 'my password'}}}, 'spec.encryption.passwordSecretRef.key', /should match/v],
	['an unknown layout', {...repositorySpec(), layout: 'Zip'}, 'spec.layout', /supported values: "Restic"/v],
	['a probe every second', {...repositorySpec(), probeIntervalSeconds: 1}, 'spec.probeIntervalSeconds', /greater than or equal to 60/v],
	['an unprivileged mover that is root', {...repositorySpec(), mover: {securityContext: {runAsUser: 0}}}, 'spec.mover.securityContext.runAsUser', /greater than or equal to 1/v],
	['a memory limit that is no quantity', {...repositorySpec(), mover: {resources: {limits: {memory: '1 GB'}}}}, 'spec.mover.resources.limits.memory', /should match/v],
];

const backups: Refusal[] = [
	['no source', backupSpec({source: {}}), 'spec.source', /exactly one of claimName, claimSelector and workloadRef/v],
	['two sources', backupSpec({source: {claimName: 'a', claimSelector: {}}}), 'spec.source', /exactly one of claimName, claimSelector and workloadRef/v],
	['no repository', backupSpec({repositoryRef: undefined}), 'spec.repositoryRef', /Required value/v],
	['a repository without a name', backupSpec({repositoryRef: {}}), 'spec.repositoryRef.name', /Required value/v],
	['a claim name over the limit', backupSpec({source: {claimName: 'a'.repeat(254)}}), 'spec.source.claimName', /253/v],
	['a claim name that no claim can have', backupSpec({source: {claimName: 'Orders_DB'}}), 'spec.source.claimName', /should match/v],
	['a selector with In and no values', backupSpec({source: {claimSelector: {matchExpressions: [{key: 'app', operator: 'In'}]}}}), 'spec.source.claimSelector.matchExpressions[0].values', /must be set for In and NotIn/v],
	['a selector with Exists and values', backupSpec({source: {claimSelector: {matchExpressions: [{key: 'app', operator: 'Exists', values: ['x']}]}}}), 'spec.source.claimSelector.matchExpressions[0].values', /only for them/v],
	['a pattern that climbs out of the volume', backupSpec({exclude: ['ok/**', '../other/**']}), 'spec.exclude[1]', /must not contain "\.\."/v],
	['a negated pattern that climbs', backupSpec({exclude: ['!..']}), 'spec.exclude[0]', /must not contain "\.\."/v],
	['a pattern that climbs on the way', backupSpec({include: ['a/../b']}), 'spec.include[0]', /must not contain "\.\."/v],
	['an empty pattern', backupSpec({include: ['']}), 'spec.include[0]', /at least 1 chars/v],
	['a pattern over the limit', backupSpec({include: ['a'.repeat(1025)]}), 'spec.include[0]', /1024/v],
	['too many patterns', backupSpec({exclude: Array.from({length: 257}, (_, index) => `${index}/**`)}), 'spec.exclude', /at most 256 items/v],
	['a snapshot class for a direct read', backupSpec({capture: {method: 'Direct', snapshotClassName: 'btrfs'}}), 'spec.capture.snapshotClassName', /goes with method Auto or Snapshot/v],
	['a staged class for a direct read', backupSpec({capture: {method: 'Direct', stagedStorageClassName: 'btrfs'}}), 'spec.capture.stagedStorageClassName', /no meaning for method Direct/v],
	['an unknown way to capture', backupSpec({capture: {method: 'snapshot'}}), 'spec.capture.method', /"Auto", "Snapshot", "Clone", "Direct"/v],
	['a tag with a comma', backupSpec({tags: ['a,b']}), 'spec.tags[0]', /should match/v],
	['the same tag twice', backupSpec({tags: ['a', 'a']}), 'spec.tags[1]', /Duplicate value/v],
	['more retries than anybody should wait for', backupSpec({retry: {limit: 11}}), 'spec.retry.limit', /less than or equal to 10/v],
	['a deadline that has passed already', backupSpec({activeDeadlineSeconds: 0}), 'spec.activeDeadlineSeconds', /greater than or equal to 10/v],
	['a deadline that is no number', backupSpec({activeDeadlineSeconds: '1h'}), 'spec.activeDeadlineSeconds', /must be of type integer/v],
];

const restores: Refusal[] = [
	['no source', restoreSpec({from: {}}), 'spec.from', /exactly one of archive and claimName/v],
	['an archive and a claim', restoreSpec({from: {archive: '4bba301e', claimName: 'a'}}), 'spec.from', /exactly one of archive and claimName/v],
	['an archive and a time', restoreSpec({from: {archive: '4bba301e', asOf: '2026-11-20T08:00:00Z'}}), 'spec.from', /asOf and previous go with claimName/v],
	['an archive ID that is too short to be sure', restoreSpec({from: {archive: '4bba'}}), 'spec.from.archive', /should match/v],
	['a time in words', restoreSpec({from: {claimName: 'a', asOf: 'yesterday'}}), 'spec.from.asOf', /date-time/v],
	['no target', restoreSpec({to: {}}), 'spec.to', /exactly one of claimName and claimTemplate/v],
	['two targets', restoreSpec({to: {claimName: 'a', claimTemplate: claimTemplate()}}), 'spec.to', /exactly one of claimName and claimTemplate/v],
	['a new claim without a size', restoreSpec({to: {claimTemplate: claimTemplate({resources: {requests: {}}})}}), 'spec.to.claimTemplate.spec.resources.requests.storage', /Required value/v],
	['a new claim of a nonsensical size', restoreSpec({to: {claimTemplate: claimTemplate({resources: {requests: {storage: '50 GB'}}})}}), 'spec.to.claimTemplate.spec.resources.requests.storage', /should match/v],
	['a new claim without an access mode', restoreSpec({to: {claimTemplate: claimTemplate({accessModes: []})}}), 'spec.to.claimTemplate.spec.accessModes', /at least one mode/v],
	['a new claim that cannot be written', restoreSpec({to: {claimTemplate: claimTemplate({accessModes: ['ReadOnlyMany']})}}), 'spec.to.claimTemplate.spec.accessModes[0]', /supported values/v],
	['a new block volume', restoreSpec({to: {claimTemplate: claimTemplate({volumeMode: 'Block'})}}), 'spec.to.claimTemplate.spec.volumeMode', /supported values: "Filesystem"/v],
	['deleting what the archive does not have without a word on overwriting', restoreSpec({to: {claimName: 'a'}, extraFiles: 'Delete'}), 'spec.extraFiles', /overwrite must be IfChanged, IfNewer or Always/v],
	['deleting but never overwriting', restoreSpec({to: {claimName: 'a'}, extraFiles: 'Delete', overwrite: 'Never'}), 'spec.extraFiles', /overwrite must be IfChanged, IfNewer or Always/v],
	['deleting beside leaving out what is damaged', restoreSpec({to: {claimName: 'a'}, extraFiles: 'Delete', overwrite: 'Always', damaged: 'Skip'}), 'spec.damaged', /goes with damaged: Fail/v],
	['a named archive that may be missing', restoreSpec({from: {archive: '4bba301e'}, onMissing: 'LeaveEmpty'}), 'spec.onMissing', /expected to exist/v],
	['a path that climbs out of the volume', restoreSpec({paths: ['../../etc/**']}), 'spec.paths[0]', /must not contain "\.\."/v],
];

const schedules: Refusal[] = [
	['no time at all', scheduleSpec({cron: undefined}), 'spec', /exactly one of cron and continuous/v],
	['a time and a target', scheduleSpec({continuous: {targetLagSeconds: 900}}), 'spec', /exactly one of cron and continuous/v],
	['four fields', scheduleSpec({cron: '30 2 * *'}), 'spec.cron', /a cron expression has five fields/v],
	['seconds', scheduleSpec({cron: '0 30 2 * * *'}), 'spec.cron', /a cron expression has five fields/v],
	['a question mark', scheduleSpec({cron: '? 2 * * *'}), 'spec.cron', /a cron expression has five fields/v],
	['an interval in words', scheduleSpec({cron: '@every 1h'}), 'spec.cron', /@hourly, @daily/v],
	['a time zone as an offset', scheduleSpec({timeZone: '+02:00'}), 'spec.timeZone', /IANA database, such as Europe\/Berlin/v],
	['the machine\'s own time zone', scheduleSpec({timeZone: 'Local'}), 'spec.timeZone', /IANA database/v],
	['a target of seconds', scheduleSpec({cron: undefined, continuous: {targetLagSeconds: 5}}), 'spec.continuous.targetLagSeconds', /greater than or equal to 60/v],
	['a starting deadline without a time', scheduleSpec({cron: undefined, continuous: {targetLagSeconds: 900}, startingDeadlineSeconds: 60}), 'spec.startingDeadlineSeconds', /goes with cron/v],
	['making up for all at once', scheduleSpec({catchUp: {policy: 'All'}}), 'spec.catchUp.policy', /goes with concurrencyPolicy Queue/v],
	['a window without an end', scheduleSpec({blackoutWindows: [{cron: '0 8 * * *'}]}), 'spec.blackoutWindows[0].durationSeconds', /Required value/v],
	['an unknown failure', scheduleSpec({triggers: {onWorkloadFailure: {causes: ['Sadness']}}}), 'spec.triggers.onWorkloadFailure.causes[0]', /"CrashLoop"/v],
	['retention that keeps nothing', scheduleSpec({retention: {last: 0}}), 'spec.retention', /must keep something/v],
	['no template', {cron: '30 2 * * *'}, 'spec.template', /Required value/v],
	['a template with the mistakes that a backup could have', scheduleSpec({}, {spec: backupSpec({source: {}})}), 'spec.template.spec.source', /exactly one of claimName, claimSelector and workloadRef/v],
	['a template whose archives would go with their objects', scheduleSpec({}, {spec: backupSpec({deletionPolicy: 'Delete'})}), 'spec.template.spec.deletionPolicy', /must be Retain/v],
	['labels that the schedule itself sets', scheduleSpec({}, {metadata: {labels: {'lazarette.dev/schedule': 'other'}}, spec: backupSpec()}), 'spec.template.metadata', /set by the schedule itself/v],
];

const all = [
	...schedules.map(refusal => ['VolumeBackupSchedule', refusal] as const),
	...repositories.map(refusal => ['BackupRepository', refusal] as const),
	...backups.map(refusal => ['VolumeBackup', refusal] as const),
	...restores.map(refusal => ['VolumeRestore', refusal] as const),
] satisfies (readonly [Kind, Refusal])[];

for (const [kind, [title, spec, field, says]] of all) {
	test(`${kind}: ${title} is refused at ${field}`, async t => {
		const answer = await t.context.api.judge(kind, spec);
		t.false(answer.accepted);
		t.true(answer.fields.includes(field), answer.message);
		t.regex(answer.message, says);
	});
}

test('a field that does not exist is refused by its name', async t => {
	const answer = await t.context.api.judge('VolumeBackup', backupSpec({exlude: ['**/cache/**']}));
	t.false(answer.accepted);
	t.regex(answer.message, /unknown field "spec\.exlude"/v);
});

test('a repository name over the limit is refused with the limit and the reason for it', async t => {
	t.true((await t.context.api.judge('BackupRepository', repositorySpec(), 'a'.repeat(63))).accepted);
	const answer = await t.context.api.judge('BackupRepository', repositorySpec(), 'a'.repeat(64));
	t.false(answer.accepted);
	t.regex(answer.message, /metadata\.name of a BackupRepository must have at most 63 characters/v);
});

test('a backup may have the longest name that Kubernetes allows', async t => {
	const answer = await t.context.api.judge('VolumeBackup', backupSpec(), 'a'.repeat(253));
	t.true(answer.accepted, answer.message);
});
