import {backupRepositories, volumeBackups} from '../../src/controllers/resources.ts';
import {applyBackup, claimWith, conditionOf, ended, repositoryFor, spaceOf, storeGate, testWith, waitForReason} from './_cluster.ts';
import {isReady} from './_conditions.ts';
import {moverJobs} from './_movers.ts';
import {putSecret} from './_repository.ts';
import {ensureBucket, removeBucket} from './_store.ts';
import type {Space} from './_cluster.ts';
import type {BackupRepository} from '../../src/api/v1alpha1/backup-repository.ts';

const test = testWith();
const testOnNode = testWith('node');

/** Where a person must mend something, the next look at the world is this far away at most. */
const soonMs = 90_000;

const messageOf = (repository: BackupRepository): string => conditionOf(repository, 'Ready')!.message;

const available = async ({seen}: Space, name: string): Promise<BackupRepository> => seen.until(`BackupRepository ${name} is Ready`, () => isReady(seen.get(backupRepositories, name)), soonMs);

test('a wrong password is named, holds back the backups that need it, and is noticed when it is mended', async t => {
	const [claim, first] = await Promise.all([claimWith(t), repositoryFor(t, {name: 'first'})]);
	const space = await spaceOf(t);
	await repositoryFor(t, {name: 'second', s3: {prefix: first.store!.prefix}, wait: false});
	const stalled = await waitForReason(space, backupRepositories, 'second', 'WrongPassword');
	t.regex(messageOf(stalled), /password/v);
	t.is(conditionOf(stalled, 'Stalled')?.status, 'True');

	const backup = await applyBackup(t, claim, {repositoryRef: {name: 'second'}});
	const waiting = await waitForReason(space, volumeBackups, backup, 'RepositoryNotReady');
	t.regex(conditionOf(waiting, 'Ready')!.message, /BackupRepository second is not Ready \(WrongPassword\)/v);
	t.is(moverJobs(space, waiting).length, 0);

	await putSecret(space, 'second-key', {password: first.password});
	const mended = await available(space, 'second');
	t.is(mended.status.repositoryId, first.current().status.repositoryId);
	const done = await ended(space, volumeBackups, backup);
	t.is(done.status.outcome, 'Succeeded', conditionOf(done, 'Ready')?.message);
	t.true(moverJobs(space, stalled).length <= 4, 'a heap of Jobs');
});

test('a bucket that does not exist is named, never created, and found once somebody has made it', async t => {
	const space = await spaceOf(t);
	const bucket = `${space.name}-missing`;
	await repositoryFor(t, {s3: {bucket}, wait: false});
	const stalled = await waitForReason(space, backupRepositories, 'offsite', 'BucketNotFound');
	t.regex(messageOf(stalled), new RegExp(bucket, 'v'));
	t.is(conditionOf(stalled, 'Stalled')?.status, 'True');

	t.teardown(async () => removeBucket(space.world.s3, bucket));
	await ensureBucket(space.world.s3, bucket);
	await available(space, 'offsite');
	t.true(moverJobs(space).length <= 4, 'a heap of Jobs');
});

test('credentials that the store refuses are named without being told, and noticed when they are mended', async t => {
	const space = await spaceOf(t);
	const {accessKeyId, secretAccessKey} = space.world.s3;
	await repositoryFor(t, {credentials: {accessKeyId, secretAccessKey: 'this-is-not-the-key'}, wait: false});
	const stalled = await waitForReason(space, backupRepositories, 'offsite', 'AccessDenied');
	t.is(conditionOf(stalled, 'Stalled')?.status, 'True');

	await putSecret(space, 'offsite-s3', {accessKeyId, secretAccessKey});
	await available(space, 'offsite');
	t.true(moverJobs(space).length <= 4, 'a heap of Jobs');
});

testOnNode('a store that nobody answers at is waited for, with growing pauses, and used as soon as it is there', async t => {
	const [space, gate] = [await spaceOf(t), await storeGate(t)];
	await gate.close();
	await repositoryFor(t, {s3: {endpoint: gate.endpoint}, wait: false});
	const waiting = await waitForReason(space, backupRepositories, 'offsite', 'StoreUnreachable');
	t.regex(messageOf(waiting), new RegExp(gate.endpoint.replace('http://', ''), 'v'));
	t.is(conditionOf(waiting, 'Reconciling')?.status, 'True');
	t.truthy(waiting.status.nextAttemptTime);

	await gate.reopen();
	await available(space, 'offsite');
	t.true(moverJobs(space).length <= 4, 'a heap of Jobs');
});

test('a Secret that does not exist is named before any mover starts, and noticed when it is made', async t => {
	const space = await spaceOf(t);
	await repositoryFor(t, {credentials: false, wait: false});
	const stalled = await waitForReason(space, backupRepositories, 'offsite', 'SecretNotFound');
	t.regex(messageOf(stalled), /Secret offsite-s3.*credentialsSecretRef.*create it with the keys accessKeyId and secretAccessKey/v);
	t.is(moverJobs(space).length, 0);

	const {accessKeyId, secretAccessKey} = space.world.s3;
	await putSecret(space, 'offsite-s3', {accessKeyId, secretAccessKey});
	await available(space, 'offsite');
	t.is(moverJobs(space).length, 1);
});

test('a key that a Secret lacks, or that is empty, is named before any mover starts', async t => {
	const space = await spaceOf(t);
	const {accessKeyId, secretAccessKey} = space.world.s3;
	await repositoryFor(t, {credentials: {accessKeyId}, wait: false});
	const lacking = await waitForReason(space, backupRepositories, 'offsite', 'SecretKeyMissing');
	t.regex(messageOf(lacking), /Secret offsite-s3 lacks the key secretAccessKey/v);

	await putSecret(space, 'offsite-s3', {accessKeyId, secretAccessKey: ''});
	await space.seen.until('the password is asked for next', () => messageOf(space.seen.get(backupRepositories, 'offsite')!).includes('secretAccessKey'));
	await putSecret(space, 'offsite-s3', {accessKeyId, secretAccessKey});
	await available(space, 'offsite');
	t.is(moverJobs(space).length, 1);
});

test('a place that holds something else is never initialised over', async t => {
	const first = await repositoryFor(t, {name: 'first'});
	const space = await spaceOf(t);
	const keys = await first.store!.keys();
	await repositoryFor(t, {name: 'inside', s3: {prefix: `${first.store!.prefix}/data`}, spec: {initialization: 'Never'}, wait: false});
	const stalled = await waitForReason(space, backupRepositories, 'inside', 'NotARepository');
	t.is(conditionOf(stalled, 'Stalled')?.status, 'True');
	t.deepEqual(await first.store!.keys(), keys);
});
