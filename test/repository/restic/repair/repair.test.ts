import test from 'ava';
import {truncate, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {neverAborts} from '../../../../src/base/abort.ts';
import {acquireLock} from '../../../../src/repository/restic/lock/acquire-lock.ts';
import {judgeAllLive} from '../../../../src/repository/restic/lock/lock-policy.ts';
import {packKey} from '../../../../src/repository/restic/files/object-keys.ts';
import {repairIndex} from '../../../../src/repository/restic/repair/repair-index.ts';
import {repairPacks} from '../../../../src/repository/restic/repair/repair-packs.ts';
import {repairSnapshots} from '../../../../src/repository/restic/repair/repair-snapshots.ts';
import {readSnapshots} from '../../../../src/repository/restic/snapshot-files.ts';
import {blob, data, fingerprint, pruneWorld, treeOf} from '../prune/_prune-world.ts';
import {testHolder} from '../write/_repository.ts';
import type {HeldLock} from '../../../../src/repository/restic/lock/held-lock.ts';
import type {PruneWorld} from '../prune/_prune-world.ts';

async function alone<Result>({repository}: PruneWorld, work: (lock: HeldLock) => Promise<Result>): Promise<Result> {
	const lock = await acquireLock({...repository, holder: testHolder, judge: judgeAllLive, exclusive: true, signal: neverAborts});
	try {
		return await work(lock);
	} finally {
		await lock.release();
	}
}

const index = async (world: PruneWorld, options = {}) => alone(world, async lock => repairIndex(world.repository, lock, options, neverAborts));
const packs = async (world: PruneWorld, ...ids: string[]) => alone(world, async lock => repairPacks(world.repository, lock, {packs: ids}, neverAborts));
const snapshots = async (world: PruneWorld, options = {}) => alone(world, async lock => repairSnapshots(world.repository, lock, options, neverAborts));

test('a sound repository is left as it is by every repair', async t => {
	const world = pruneWorld(t);
	const [a, b] = [data(), data()];
	const tree = treeOf(a, b);
	await world.index(await world.pack(a, b), await world.pack(tree));
	await world.archive(tree);
	const before = await fingerprint(world);
	t.like(await index(world), {packs: {kept: 2, added: 0, corrected: 0, missing: [], unreadable: []}, indexFiles: {before: 1, removed: 0, damaged: []}});
	t.like(await snapshots(world, {forget: true}), {sound: 1, repaired: [], unreadable: [], damaged: [], removed: []});
	t.is(await fingerprint(world), before);
	await t.throwsAsync(packs(world, 'f'.repeat(64)), {code: 'BadRequest'});
	await t.throwsAsync(packs(world, 'short'), {code: 'BadRequest'});
	t.is(await fingerprint(world), before);
});

test('a pack cut short keeps its place in the index, so that its first blobs can be salvaged', async t => {
	const world = pruneWorld(t);
	const blobs = [data(), data(), data()];
	const tree = treeOf(...blobs);
	const pack = await world.pack(...blobs);
	await world.index(pack, await world.pack(tree));
	await world.archive(tree);
	await truncate(join(world.path, packKey(pack.id)), 2500);

	const indexed = await index(world);
	t.deepEqual(indexed.packs.unreadable.map(({object}) => object), [packKey(pack.id)]);
	t.deepEqual(indexed.packs.missing, []);
	const {packs: [salvaged]} = await packs(world, pack.id);
	t.like(salvaged, {salvaged: 2, lost: [{type: 'data', id: blobs[2]!.id}]});
	const {repaired} = await snapshots(world, {forget: true});
	t.deepEqual(repaired.map(({findings}) => findings), [[{path: '/f000002', problem: 'FileLeftOut'}]]);
	t.deepEqual((await world.check()).problems, []);
	t.is((await readSnapshots(world.repository, neverAborts)).length, 1);
});

test('a blob that lies intact in another pack is not lost', async t => {
	const world = pruneWorld(t);
	const [a, b] = [data(), data()];
	const tree = treeOf(a, b);
	const damaged = await world.pack(a);
	await world.index(damaged, await world.pack(b, a), await world.pack(tree));
	await world.archive(tree);
	await writeFile(join(world.path, packKey(damaged.id)), 'nothing of it is left');
	t.deepEqual((await packs(world, damaged.id)).packs, [{id: damaged.id, salvaged: 0, lost: []}]);
	t.like(await snapshots(world), {sound: 1, repaired: []});
	t.deepEqual((await world.check()).problems, []);
});

test('archives are not repaired by an index that names what is not there', async t => {
	const world = pruneWorld(t);
	const a = data();
	const tree = treeOf(a);
	const pack = await world.pack(a);
	await world.index(pack, await world.pack(tree));
	await world.archive(tree);
	await world.repository.storage.remove(packKey(pack.id), neverAborts);
	const before = await fingerprint(world);
	await t.throwsAsync(snapshots(world, {forget: true}), {code: 'RepositoryDamaged', message: new RegExp(pack.id)});
	t.is(await fingerprint(world), before);
	t.deepEqual((await index(world)).packs.missing, [packKey(pack.id)]);
	t.like(await snapshots(world, {dryRun: true}), {sound: 0, dryRun: true, removed: []});
	t.is((await snapshots(world)).repaired.length, 1);
	const archives = await readSnapshots(world.repository, neverAborts);
	t.deepEqual(archives.map(({tags}) => tags.join()).sort(), ['', 'repaired']);
	// Neither a second run nor a third writes another of the same.
	await snapshots(world);
	t.is((await readSnapshots(world.repository, neverAborts)).length, 2);
	t.is((await snapshots(world, {forget: true})).removed.length, 1);
	t.deepEqual((await world.check()).problems, []);
});

test('a snapshot file that can not be read, and an archive without a root, are removed only when asked for', async t => {
	const world = pruneWorld(t);
	const a = data();
	const tree = treeOf(a);
	await world.index(await world.pack(a), await world.pack(tree));
	await world.archive(tree);
	const lost = await world.archive(blob('tree', Buffer.from('{"nodes":[]}\n')));
	const stray = `snapshots/${'a'.repeat(64)}`;
	await world.repository.storage.put(stray, Buffer.from('no snapshot at all'), neverAborts);

	const kept = await snapshots(world);
	t.deepEqual([kept.sound, kept.unreadable.map(({id}) => id), kept.damaged.map(({object}) => object), kept.removed], [1, [lost.id], [stray], []]);
	t.is((await world.keys('snapshots/')).length, 3);
	t.deepEqual((await snapshots(world, {forget: true})).removed.sort(), [`snapshots/${lost.id}`, stray].sort());
	t.is((await world.keys('snapshots/')).length, 1);
	t.deepEqual((await world.check()).problems, []);
});

test('an empty directory that can not be read is not replaced by itself', async t => {
	const world = pruneWorld(t);
	const empty = blob('tree', Buffer.from('{"nodes":[]}\n'));
	const times = {mtime: '2026-01-01T00:00:00Z', atime: '2026-01-01T00:00:00Z', ctime: '2026-01-01T00:00:00Z'};
	const root = blob('tree', Buffer.from(`${JSON.stringify({nodes: [{name: 'd', type: 'dir', mode: 2_147_484_141, ...times, uid: 0, gid: 0, content: null, subtree: empty.id}]})}\n`));
	const pack = await world.pack(empty);
	await world.index(pack, await world.pack(root));
	await world.archive(root);
	await writeFile(join(world.path, packKey(pack.id)), Buffer.alloc(pack.file.size));
	await t.throwsAsync(snapshots(world), {code: 'RepositoryDamaged', message: new RegExp(empty.id)});
	await packs(world, pack.id);
	t.is((await snapshots(world, {forget: true})).repaired.length, 1);
	t.deepEqual((await world.check()).problems, []);
});
