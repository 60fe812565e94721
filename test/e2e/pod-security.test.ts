import {applyBackup, backUp, claimWith, conditionOf, namespaceFor, noLeftovers, repositoryFor, restoreInto, spaceOf, testWith, waitForReason} from './_cluster.ts';
import {volumeBackups} from '../../src/controllers/resources.ts';
import {moverPods} from './_movers.ts';
import {readTexts} from './_volume-view.ts';

const test = testWith('snapshots', 'user-namespaces');

test('where the namespace admits no root at all, an ordinary user moves what it may read, and says what it may not', async t => {
	const space = await namespaceFor(t, {podSecurity: 'restricted'});
	const script = 'echo open > open; chmod 644 open; echo closed > closed; chmod 600 closed';
	const [claim] = await Promise.all([claimWith(t, {files: {script}}), repositoryFor(t)]);
	const backup = await backUp(t, claim);
	const [volume] = backup.status.volumes;
	t.is(backup.status.outcome, 'SucceededWithWarnings', conditionOf(backup, 'Ready')?.message);
	t.like(volume.identity, {name: 'Unprivileged', reason: 'RestrictedNamespace'});
	t.deepEqual(volume.skipped, [{path: '/closed', reason: 'PermissionDenied'}]);
	t.is(moverPods(space, backup)[0]!.spec!.securityContext!.runAsUser, 65_532);

	const restored = await restoreInto(t, backup, 'fresh');
	t.not(restored.restore.status.outcome, 'Failed', conditionOf(restored.restore, 'Ready')?.message);
	t.deepEqual(await readTexts(restored), {open: 'open\n'});
	await noLeftovers(t);
});

test('a mover runs as the user that the spec names, for volumes that only this user reads', async t => {
	await namespaceFor(t, {podSecurity: 'restricted'});
	const script = 'echo closed > closed; chmod 600 closed';
	const mover = {securityContext: {runAsUser: 1000, runAsGroup: 1000}};
	const [claim] = await Promise.all([claimWith(t, {files: {script}}), repositoryFor(t)]);
	const backup = await backUp(t, claim, {mover});
	t.is(backup.status.outcome, 'Succeeded', conditionOf(backup, 'Ready')?.message);
	await noLeftovers(t);
});

test('root on the node is refused unless the namespace allows it', async t => {
	const [claim] = await Promise.all([claimWith(t), repositoryFor(t)]);
	const space = await spaceOf(t);
	const name = await applyBackup(t, claim, {mover: {identity: 'HostRoot'}});
	const refused = await waitForReason(space, volumeBackups, name, 'NotAllowed');
	t.regex(conditionOf(refused, 'Ready')!.message, new RegExp(`mover\\.identity HostRoot is not allowed.*annotate namespace ${space.name} with lazarette\\.dev/privileged-movers=Allow`, 'v'));
	t.is(moverPods(space, refused).length, 0);
});

test('owners, modes and devices that a user namespace keeps from root are root\'s on the node', async t => {
	const space = await namespaceFor(t, {podSecurity: 'baseline'});
	const [claim] = await Promise.all([claimWith(t), repositoryFor(t)]);
	const backup = await backUp(t, claim);
	t.is(backup.status.outcome, 'Succeeded', conditionOf(backup, 'Ready')?.message);
	t.like(backup.status.volumes[0].identity, {name: 'UserNamespaceRoot', reason: 'UserNamespacesAvailable'});
	t.is(moverPods(space, backup)[0]!.spec!.hostUsers, false);
});
