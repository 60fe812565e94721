import {backupRepositories, volumeBackups} from '../../src/controllers/resources.ts';
import {defineResource} from '../../src/kube/resource.ts';
import {pods} from '../../src/kube/resources.ts';
import {applyBackup, backUp, claimWith, conditionOf, emptyClaim, ended, noLeftovers, repositoryFor, restoreInto, spaceOf, testWith, waitForReason} from './_cluster.ts';
import {reasonsOf} from './_conditions.ts';
import {moverJobs} from './_movers.ts';
import {runScript} from './_pods.ts';
import {usualRepository} from './_repository.ts';
import type {EndedBackup} from './_backup.ts';

const test = testWith('snapshots');

const resourceQuotas = defineResource({group: '', version: 'v1', plural: 'resourcequotas', kind: 'ResourceQuota', namespaced: true});

const messageOf = (backup: Parameters<typeof conditionOf>[0]): string => conditionOf(backup, 'Ready')!.message;

test('a claim that is missing, and then not bound, is waited for, and backed up once a pod has used it', async t => {
	await repositoryFor(t);
	const space = await spaceOf(t);
	const name = await applyBackup(t, {name: 'late'}, {onEmptySource: 'Allow'});
	const missing = await waitForReason(space, volumeBackups, name, 'ClaimNotFound');
	t.regex(messageOf(missing), /claim late does not exist in namespace/v);
	t.is(conditionOf(missing, 'Stalled')?.status, 'True');

	const claim = await emptyClaim(t, {name: 'late'});
	const unbound = await waitForReason(space, volumeBackups, name, 'ClaimNotBound');
	t.regex(messageOf(unbound), /claim late has no volume yet.*StorageClass \S+ makes one when the first pod uses the claim/v);
	t.is(conditionOf(unbound, 'Reconciling')?.status, 'True');
	t.is(moverJobs(space, unbound).length, 0);

	await runScript(space, {claims: {'/data': claim.name}, script: 'echo here > /data/file; sync'});
	const backup = await ended(space, volumeBackups, name);
	t.not(backup.status.outcome, 'Failed', messageOf(backup));
	t.is(moverJobs(space, backup).length, 1);
});

test('a selector that matches nothing is no success', async t => {
	await repositoryFor(t);
	const space = await spaceOf(t);
	const name = await applyBackup(t, undefined, {source: {claimSelector: {matchLabels: {app: 'nobody'}}}});
	const stalled = await waitForReason(space, volumeBackups, name, 'NoClaimsMatched');
	t.regex(messageOf(stalled), /source\.claimSelector matches no claim of namespace/v);
	t.is(stalled.status.outcome, undefined);
});

test('a repository that does not exist is waited for', async t => {
	const claim = await claimWith(t);
	const space = await spaceOf(t);
	const name = await applyBackup(t, claim, {repositoryRef: {name: 'offsite'}});
	const waiting = await waitForReason(space, volumeBackups, name, 'RepositoryNotReady');
	t.regex(messageOf(waiting), /BackupRepository offsite does not exist in namespace/v);
	await repositoryFor(t, {wait: false});
	const backup = await ended(space, volumeBackups, name);
	t.is(backup.status.outcome, 'Succeeded', messageOf(backup));
});

test('a glob that cannot be used ends the run at its first attempt, with its place and what is wrong', async t => {
	const [claim] = await Promise.all([claimWith(t), repositoryFor(t)]);
	const space = await spaceOf(t);
	const backup = await backUp(t, claim, {exclude: ['**/*.tmp', 'cache/{a,b']});
	t.is(backup.status.outcome, 'Failed');
	t.like(conditionOf(backup, 'Ready'), {status: 'False', reason: 'InvalidGlob'});
	t.regex(messageOf(backup), /spec\.exclude\[1\] "cache\/\{a,b".*a \{ is not closed/v);
	t.is(moverJobs(space, backup).length, 1);

	const restore = (await restoreInto(t, await backUp(t, claim), 'fresh', {spec: {paths: ['[a-']}})).restore;
	t.like(conditionOf(restore, 'Ready'), {status: 'False', reason: 'InvalidGlob'});
	t.regex(messageOf(restore), /spec\.paths\[0\] "\[a-"/v);
	await noLeftovers(t);
});

test('an empty source is a failure, a warning or a success, as the spec says', async t => {
	const [claim] = await Promise.all([claimWith(t, {files: 'none'}), repositoryFor(t)]);
	const [fails, warns, allows] = await Promise.all((['Fail', 'Warn', 'Allow'] as const).map(async onEmptySource => backUp(t, claim, {onEmptySource})));
	t.is(fails!.status.outcome, 'Failed');
	t.is(conditionOf(fails, 'Ready')?.reason, 'SourceEmpty');
	t.is(fails!.status.volumes[0].archive, undefined);
	t.regex(messageOf(fails), /data/v);
	t.is(warns!.status.outcome, 'SucceededWithWarnings', messageOf(warns));
	t.is(allows!.status.outcome, 'Succeeded', messageOf(allows));
	t.truthy(allows!.status.volumes[0].archive);

	const nothingLeft = await backUp(t, await claimWith(t, {name: 'all-excluded'}), {exclude: ['**']});
	t.is(conditionOf(nothingLeft, 'Ready')?.reason, 'SourceEmpty', messageOf(nothingLeft));
});

test('a file that cannot be read is a warning that names it, or a failure without an archive, as the spec says', async t => {
	const script = 'echo open > open; echo closed > closed; chmod 600 closed; mkdir shut; echo x > shut/inside; chmod 700 shut; chmod 755 .';
	const [claim, {store}] = await Promise.all([claimWith(t, {files: {script}}), repositoryFor(t)]);
	const mover = {identity: 'Unprivileged'} as const;
	const warns = await backUp(t, claim, {mover});
	t.is(warns.status.outcome, 'SucceededWithWarnings', messageOf(warns));
	const [volume] = warns.status.volumes;
	t.is(volume.filesSkipped, 2);
	t.deepEqual(volume.skipped?.toSorted((a, b) => (a.path < b.path ? -1 : 1)), [{path: '/closed', reason: 'PermissionDenied'}, {path: '/shut', reason: 'PermissionDenied'}]);
	t.is(conditionOf(warns, 'Ready')?.status, 'True');

	const archives = await store!.keys('snapshots/');
	const fails = await backUp(t, claim, {mover, onUnreadableFile: 'Fail'});
	t.is(fails.status.outcome, 'Failed');
	t.is(conditionOf(fails, 'Ready')?.reason, 'FilesUnreadable');
	t.regex(messageOf(fails), /closed/v);
	t.is(fails.status.volumes[0].archive, undefined);
	t.deepEqual(await store!.keys('snapshots/'), archives);
	await noLeftovers(t);
});

test('the longest names that are allowed are no trouble, and a longer one is refused at the door', async t => {
	const longest = (letter: string): string => `${letter.repeat(60)}.${letter.repeat(63)}.${letter.repeat(63)}.${letter.repeat(64)}`.slice(0, 253);
	const [claim] = await Promise.all([claimWith(t, {name: longest('c')}), repositoryFor(t, {name: 'r'.repeat(63)})]);
	const backup = await backUp(t, claim, {name: longest('b')});
	t.is(backup.status.outcome, 'Succeeded', messageOf(backup));
	const {restore} = await restoreInto(t, backup, longest('t'), {name: longest('v')});
	t.is(restore.status.outcome, 'Succeeded', messageOf(restore));
	await noLeftovers(t);

	const space = await spaceOf(t);
	const refused = await t.throwsAsync(space.create(backupRepositories, {metadata: {name: 'r'.repeat(64)}, spec: (await usualRepository(t)).current().spec}));
	t.regex(refused.message, /metadata\.name of a BackupRepository must have at most 63 characters/v);
});

test('a quota that leaves no room for a mover is told in its own words, and the run goes on when there is room', async t => {
	const [claim] = await Promise.all([claimWith(t), repositoryFor(t)]);
	const space = await spaceOf(t);
	await space.create(resourceQuotas, {metadata: {name: 'tight'}, spec: {hard: {pods: '0'}}});
	await space.seen.until('no pod is left', () => space.seen.present(pods).length === 0);
	const name = await applyBackup(t, claim);
	const waiting = await space.seen.until('the quota is told', () => {
		const backup = space.seen.get(volumeBackups, name);
		return conditionOf(backup, 'Ready')?.message.includes('exceeded quota: tight') ? backup : undefined;
	});
	t.is(conditionOf(waiting, 'Reconciling')?.status, 'True');
	t.is(moverJobs(space, waiting).length, 1);
	await space.remove(resourceQuotas, 'tight');
	const backup = await ended(space, volumeBackups, name);
	t.is(backup.status.outcome, 'Succeeded', messageOf(backup));
	t.is(moverJobs(space, backup).length, 1);
});

test('a run ends at its deadline whatever it waits for, and an end is an end', async t => {
	await repositoryFor(t);
	const space = await spaceOf(t);
	const name = await applyBackup(t, {name: 'never'}, {activeDeadlineSeconds: 10});
	const backup = (await ended(space, volumeBackups, name)) as EndedBackup;
	t.like(conditionOf(backup, 'Ready'), {status: 'False', reason: 'DeadlineExceeded'});
	t.regex(messageOf(backup), /10 s \(activeDeadlineSeconds\).*claim never does not exist/v);
	await emptyClaim(t, {name: 'never'});
	t.deepEqual(reasonsOf(space, volumeBackups, name), ['ClaimNotFound', 'DeadlineExceeded']);
});
