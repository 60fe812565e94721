import {volumeRestores} from '../../src/controllers/resources.ts';
import {events} from '../../src/kube/resources.ts';
import {abilities, applyRestore, backUp, claimWith, conditionOf, ended, noLeftovers, repositoryFor, restoreInto, sameTree, spaceOf, testWith, treeOf, useClaim, waitForReason} from './_cluster.ts';
import {moverPods} from './_movers.ts';
import {readTexts, writeTexts} from './_volume-view.ts';

const test = testWith('snapshots');
const testWithClasses = testWith('test-classes');

// Direct captures: nothing here is about snapshots, and they are the quickest.
const plain = abilities.has('test-classes') ? {storageClass: 'plain'} : {};

test('a restore fills a new claim, which stays when the restore is deleted', async t => {
	const [claim] = await Promise.all([claimWith(t, plain), repositoryFor(t)]);
	const backup = await backUp(t, claim);
	const restored = await restoreInto(t, backup, 'fresh');
	const {restore, space} = restored;
	t.is(restore.status.outcome, 'Succeeded', conditionOf(restore, 'Ready')?.message);
	t.like(restore.status, {archive: backup.status.volumes[0].archive, claimName: 'fresh', filesRestored: backup.status.volumes[0].filesTotal, filesSkipped: 0});
	await sameTree(t, restored, claim);

	await space.remove(volumeRestores, restore.metadata.name);
	await noLeftovers(t);
	await sameTree(t, restored, claim);
});

test('a restore into a claim with data touches nothing unless the spec says what to do with it', async t => {
	const [source, target] = await Promise.all([claimWith(t, plain), claimWith(t, {...plain, name: 'precious', files: {script: 'echo mine > mine; mkdir deep; echo also mine > deep/file-1'}}), repositoryFor(t)]);
	const before = await treeOf(target);
	await backUp(t, source);
	const {restore} = await restoreInto(t, source, target);
	t.is(restore.status.outcome, 'Failed');
	t.like(conditionOf(restore, 'Ready'), {status: 'False', reason: 'TargetNotEmpty'});
	t.regex(conditionOf(restore, 'Ready')!.message, /the target holds 2 entries.*nothing was touched.*spec\.overwrite/v);
	await sameTree(t, target, before);
	await noLeftovers(t);
});

test('overwrite decides what happens to files that are there', async t => {
	const source = {kept: 'archive', same: 'same', older: 'archive', newer: 'archive', missing: 'archive'};
	const [claim] = await Promise.all([claimWith(t, {...plain, files: 'none'}), repositoryFor(t)]);
	await writeTexts(claim, source, new Date('2026-06-01T12:00:00Z'));
	const backup = await backUp(t, claim);

	const expected = {
		Never: {...source, older: 'target', newer: 'target', extra: 'target'},
		IfChanged: {...source, extra: 'target'},
		IfNewer: {...source, newer: 'target', extra: 'target'},
		Always: {...source, extra: 'target'},
	} as const;
	for (const [overwrite, texts] of Object.entries(expected)) {
		const target = await claimWith(t, {...plain, name: overwrite.toLowerCase(), files: 'none'});
		await writeTexts(target, {same: 'same'}, new Date('2026-06-01T12:00:00Z'));
		await writeTexts(target, {older: 'target'}, new Date('2026-05-01T12:00:00Z'));
		await writeTexts(target, {newer: 'target', extra: 'target'}, new Date('2026-07-01T12:00:00Z'));
		const {restore} = await restoreInto(t, backup, target, {spec: {overwrite: overwrite as keyof typeof expected}});
		t.is(restore.status.outcome, 'Succeeded', conditionOf(restore, 'Ready')?.message);
		t.deepEqual(await readTexts(target), texts, overwrite);
	}
});

test('paths limits a restore to a part, and extraFiles: Delete removes what the archive does not have, there only', async t => {
	const [claim] = await Promise.all([claimWith(t, {...plain, files: 'none'}), repositoryFor(t)]);
	await writeTexts(claim, {'etc/config': 'good', 'etc/deep/more': 'good', 'var/log': 'noise'});
	const backup = await backUp(t, claim);

	await writeTexts(claim, {'etc/config': 'broken', 'etc/stray': 'stray', 'var/log': 'newer noise', 'var/stray': 'stays'});
	const {restore} = await restoreInto(t, backup, claim, {spec: {paths: ['etc'], overwrite: 'IfChanged', extraFiles: 'Delete'}});
	t.is(restore.status.outcome, 'Succeeded', conditionOf(restore, 'Ready')?.message);
	t.deepEqual(await readTexts(claim), {'etc/config': 'good', 'etc/deep/more': 'good', 'var/log': 'newer noise', 'var/stray': 'stays'});
	t.is(restore.status.filesDeleted, 1);

	const part = await restoreInto(t, backup, 'part', {...plain, spec: {paths: ['**/more']}});
	t.deepEqual(await readTexts(part), {'etc/deep/more': 'good'});
});

test('asOf and previous choose an older archive of the same claim', async t => {
	const [claim, other] = await Promise.all([claimWith(t, {...plain, files: 'none'}), claimWith(t, {...plain, name: 'other', files: 'none'}), repositoryFor(t)]);
	await writeTexts(other, {which: 'another claim'});
	const times: string[] = [];
	for (const which of ['first', 'second', 'third']) {
		await writeTexts(claim, {which});
		const backup = await backUp(t, claim);
		times.push(backup.status.volumes[0].capturedAt!);
		// The newest archive of the repository is never this claim's.
		await backUp(t, other);
	}

	const from = {claimName: claim.name};
	const wishes = {newest: {from}, 'one-back': {from: {...from, previous: 1}}, 'as-of': {from: {...from, asOf: times[1]!}}, both: {from: {...from, asOf: times[1]!, previous: 1}}};
	const restored = await Promise.all(Object.entries(wishes).map(async ([name, spec]) => readTexts(await restoreInto(t, undefined, name, {...plain, spec}))));
	t.deepEqual(restored, [{which: 'third'}, {which: 'second'}, {which: 'second'}, {which: 'first'}]);
});

test('an archive that does not exist is a failure, or an empty volume where the spec says so, and never a new repository', async t => {
	const [claim] = await Promise.all([claimWith(t, plain), repositoryFor(t)]);
	await backUp(t, claim);
	const from = {claimName: 'never-heard-of'};
	const missing = await restoreInto(t, undefined, 'fresh', {...plain, spec: {from}});
	t.is(missing.restore.status.outcome, 'Failed');
	t.like(conditionOf(missing.restore, 'Ready'), {status: 'False', reason: 'ArchiveNotFound'});
	t.regex(conditionOf(missing.restore, 'Ready')!.message, /claim never-heard-of of namespace/v);

	const empty = await restoreInto(t, undefined, 'empty', {...plain, spec: {from, onMissing: 'LeaveEmpty'}});
	t.is(empty.restore.status.outcome, 'Succeeded', conditionOf(empty.restore, 'Ready')?.message);
	t.deepEqual(await readTexts(empty), {});
	t.is(conditionOf(empty.restore, 'DataRestored')?.reason, 'LeftEmpty');
});

test('out of a damaged repository a restore that may leave out what is damaged brings back the rest, names what is missing, and is no success', async t => {
	const [claim, repository] = await Promise.all([claimWith(t, {...plain, files: {script: 'mkdir deep; head -c 300000 /dev/urandom > deep/lost'}}), repositoryFor(t)]);
	const {store} = repository;
	await backUp(t, claim);
	// The pack of content is the large one, beside that of the directories.
	const packs = await Promise.all((await store!.keys('data/')).map(async key => ({key, size: await store!.sizeOf(key)})));
	await writeTexts(claim, {'deep/kept': 'kept', other: 'kept as well'});
	const backup = await backUp(t, claim);
	await store!.damage(packs.toSorted((left, right) => right.size - left.size)[0]!.key);

	const [strict, lenient] = await Promise.all([restoreInto(t, backup, 'strict', plain), restoreInto(t, backup, 'rescued', {...plain, spec: {damaged: 'Skip'}})]);
	t.like(conditionOf(strict.restore, 'Ready'), {status: 'False', reason: 'RepositoryDamaged'});

	const {status} = lenient.restore;
	t.like(status, {outcome: 'Failed', archive: backup.status.volumes[0].archive, filesRestored: 2, filesSkipped: 1, skipped: [{path: '/deep/lost', reason: 'ContentDamaged'}]});
	t.like(conditionOf(lenient.restore, 'Ready'), {status: 'False', reason: 'RepositoryDamaged'});
	t.like(conditionOf(lenient.restore, 'Succeeded'), {status: 'False', reason: 'RepositoryDamaged'});
	t.regex(conditionOf(lenient.restore, 'Ready')!.message, /^1 entry of archive [0-9a-f]{8} was left out, .*: \/deep\/lost; 2 files are in place/v);
	t.regex(conditionOf(lenient.restore, 'DataRestored')!.message, /^2 files were written, and 1 entry is not in the target/v);
	const told = await lenient.space.seen.until('an Event tells it', () => lenient.space.seen.ever(events).find(({reason, regarding}) => reason === 'RestoreFailed' && regarding?.name === lenient.restore.metadata.name));
	t.regex(told.note!, /deep\/lost/v);
	t.deepEqual(await readTexts(lenient), {'deep/kept': 'kept', other: 'kept as well'});
	t.is(moverPods(lenient.space, lenient.restore).length, 1, 'another attempt would find the same');
	await noLeftovers(t);
});

test('a claim in use is written beside its pod', async t => {
	const [claim, target] = await Promise.all([claimWith(t, plain), claimWith(t, {...plain, name: 'target', files: 'none'}), repositoryFor(t)]);
	const [backup, user] = await Promise.all([backUp(t, claim), useClaim(t, target)]);
	const restored = await restoreInto(t, backup, target);
	t.is(restored.restore.status.outcome, 'Succeeded', conditionOf(restored.restore, 'Ready')?.message);
	t.is(restored.restore.status.node, user.spec!.nodeName);
	await sameTree(t, target, claim);
});

test('a new claim whose name is taken is never written over', async t => {
	const [claim] = await Promise.all([claimWith(t, plain), repositoryFor(t)]);
	const space = await spaceOf(t);
	const backup = await backUp(t, claim);
	const before = await treeOf(claim);
	const name = await applyRestore(t, backup, claim.name);
	const restore = await waitForReason(space, volumeRestores, name, 'TargetNotEmpty');
	t.regex(conditionOf(restore, 'Ready')!.message, /claim data exists and was not made by this restore.*to\.claimName/v);
	t.is(moverPods(space, restore).length, 0);
	await sameTree(t, claim, before);
});

testWithClasses('a volume that is too small is reported as full, with what to do', async t => {
	const [claim] = await Promise.all([claimWith(t, {...plain, files: {script: 'head -c 40000000 /dev/urandom > large'}}), repositoryFor(t)]);
	const space = await spaceOf(t);
	const small = await claimWith(t, {name: 'small', storageClass: 'btrfs-quota', bytes: '16Mi', files: 'none'});
	const backup = await backUp(t, claim);
	const name = await applyRestore(t, backup, small);
	const restore = await ended(space, volumeRestores, name);
	t.like(conditionOf(restore, 'Ready'), {status: 'False', reason: 'TargetFull'});
	t.regex(conditionOf(restore, 'Ready')!.message, /large.*(EDQUOT|ENOSPC)|no room/v);
	await noLeftovers(t);
});
