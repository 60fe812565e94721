import {backUp, claimWith, conditionOf, namespaceFor, noLeftovers, repositoryFor, restic, resticTree, restoreInto, sameTree, testWith, treeOf} from './_cluster.ts';
import type {EntryDescription} from '../../src/engine/verify/describe-tree.ts';
import type {Tree} from './_volume-view.ts';

const test = testWith('snapshots', 'user-namespaces', 'node');

/** The corpus has a file of 10 GB, most of it a hole. */
const timeoutMs = 600_000;

const isDevice = ({type}: EntryDescription): boolean => type === 'dev' || type === 'chardev';

/** Only CAP_SYS_ADMIN of the whole node sees these attributes at all, and no mover has that. */
const withoutTrusted = (tree: Tree): Tree =>
	tree.map(({attributes, ...entry}) => {
		const seen = attributes?.filter(attribute => !attribute.startsWith('trusted.')) ?? [];
		return {...entry, ...(seen.length > 0 && {attributes: seen})};
	});

/** To a user namespace of 65 536 IDs, owners above them are all the same one. */
const isBeyond = ({uid, gid}: EntryDescription): boolean => uid > 65_535 || gid > 65_535;

/**
restic works with whole paths, and the deepest of these is longer than any path can be; it makes two of a symbolic link with two names; and the file system of this machine, where it
restores, need not hold times beyond 2106. What is a hole is its own choice.
*/
const isBeyondRestic = ({path}: EntryDescription): boolean => /^\/deep(\/|$)|^\/hardlinks\/.*symbolic| in 2400$/v.test(path);

test('everything that a volume can hold comes back through movers that are root on the node, which the namespace allows', async t => {
	await namespaceFor(t, {annotations: {'lazarette.dev/privileged-movers': 'Allow'}});
	const mover = {identity: 'HostRoot'} as const;
	const [claim, repository] = await Promise.all([claimWith(t, {files: 'hostile'}), repositoryFor(t, {spec: {mover}})]);
	const original = await treeOf(claim);
	t.true(original.some(isDevice) && original.some(isBeyond));

	const backup = await backUp(t, claim, {timeoutMs});
	const [volume] = backup.status.volumes;
	t.is(backup.status.outcome, 'Succeeded', JSON.stringify(volume.skipped));
	t.is(volume.identity?.name, 'HostRoot');
	await sameTree(t, claim, original);

	const restored = await restoreInto(t, backup, 'fresh', {timeoutMs});
	t.is(restored.restore.status.outcome, 'Succeeded', JSON.stringify(restored.restore.status.skipped));
	await sameTree(t, restored, withoutTrusted(original));
	await sameTree(t, await resticTree(t, repository, volume.archive!, claim.name, {without: 'deep'}), withoutTrusted(original), {without: isBeyondRestic, ignore: ['blocks']});
	t.regex(await restic(repository, 'check', '--read-data'), /no errors were found/v);
	await noLeftovers(t);
});

test('movers in a user namespace bring back all but devices, which they name, and what is invisible to them', async t => {
	await namespaceFor(t, {podSecurity: 'baseline'});
	const [claim, repository] = await Promise.all([claimWith(t, {files: 'hostile'}), repositoryFor(t)]);
	const original = await treeOf(claim);

	const backup = await backUp(t, claim, {timeoutMs});
	const [volume] = backup.status.volumes;
	t.not(backup.status.outcome, 'Failed', conditionOf(backup, 'Ready')?.message);
	t.is(volume.identity?.name, 'UserNamespaceRoot');

	const restored = await restoreInto(t, backup, 'fresh', {timeoutMs});
	t.is(restored.restore.status.outcome, 'SucceededWithWarnings', conditionOf(restored.restore, 'Ready')?.message);
	const devices = original.filter(isDevice).map(({path}) => path);
	t.deepEqual(restored.restore.status.skipped?.filter(({reason}) => reason === 'DeviceNotCreated').map(({path}) => path), devices);
	t.is(restored.restore.status.filesSkipped, devices.length);

	const copy = (await treeOf(restored)).filter(({path}) => !original.some(entry => entry.path === path && isBeyond(entry)));
	await sameTree(t, copy, withoutTrusted(original), {without: entry => isDevice(entry) || isBeyond(entry)});
	t.regex(await restic(repository, 'check', '--read-data'), /no errors were found/v);
	await noLeftovers(t);
});
