import {backUp, claimWith, conditionOf, namespaceFor, noLeftovers, repositoryFor, restic, resticTree, restoreInto, sameTree, testWith, treeOf} from './_cluster.ts';
import type {EntryDescription} from '../../src/engine/verify/describe-tree.ts';

const test = testWith('snapshots', 'user-namespaces', 'node');

/** The corpus has a file of 10 GB, most of it a hole. */
const timeoutMs = 600_000;

const isDevice = ({type}: EntryDescription): boolean => type === 'dev' || type === 'chardev';

test('everything that a volume can hold comes back through movers that are root on the node, which the namespace allows', async t => {
	await namespaceFor(t, {annotations: {'lazarette.dev/privileged-movers': 'Allow'}});
	const mover = {identity: 'HostRoot'} as const;
	const [claim, repository] = await Promise.all([claimWith(t, {files: 'hostile'}), repositoryFor(t, {spec: {mover}})]);
	const original = await treeOf(claim);
	t.true(original.some(isDevice));

	const backup = await backUp(t, claim, {timeoutMs});
	const [volume] = backup.status.volumes;
	t.is(backup.status.outcome, 'Succeeded', JSON.stringify(volume.skipped));
	t.is(volume.identity?.name, 'HostRoot');
	await sameTree(t, claim, original);

	const restored = await restoreInto(t, backup, 'fresh', {timeoutMs});
	t.is(restored.restore.status.outcome, 'Succeeded', JSON.stringify(restored.restore.status.skipped));
	await sameTree(t, restored, original);
	await sameTree(t, await resticTree(t, repository, volume.archive!, claim.name), original);
	t.regex(await restic(repository, 'check', '--read-data'), /no errors were found/v);
	await noLeftovers(t);
});

test('movers in a user namespace bring everything back but what the kernel keeps from them, and name each of these', async t => {
	await namespaceFor(t, {podSecurity: 'baseline'});
	const [claim, repository] = await Promise.all([claimWith(t, {files: 'hostile'}), repositoryFor(t)]);
	const original = await treeOf(claim);

	const backup = await backUp(t, claim, {timeoutMs});
	const [volume] = backup.status.volumes;
	t.is(volume.identity?.name, 'UserNamespaceRoot', conditionOf(backup, 'Ready')?.message);
	t.log(backup.status.outcome, volume.filesSkipped, volume.skipped, conditionOf(backup, 'Ready')?.message);

	const restored = await restoreInto(t, backup, 'fresh', {timeoutMs});
	t.log(restored.restore.status.outcome, restored.restore.status.filesSkipped, restored.restore.status.skipped);
	t.is(restored.restore.status.outcome, 'SucceededWithWarnings', conditionOf(restored.restore, 'Ready')?.message);
	await sameTree(t, restored, original, {without: isDevice});
	t.regex(await restic(repository, 'check', '--read-data'), /no errors were found/v);
	await noLeftovers(t);
});
