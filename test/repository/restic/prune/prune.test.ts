import {randomBytes} from 'node:crypto';
import {chmodSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {isLazaretteError} from '../../../../src/base/errors.ts';
import {neverAborts} from '../../../../src/base/abort.ts';
import {packKey} from '../../../../src/repository/restic/files/object-keys.ts';
import {withCounts} from '../../../../src/storage/wrap/count.ts';
import {blob, data, fingerprint, pruneWorld, treeOf} from './_prune-world.ts';
import type {ExecutionContext} from 'ava';
import type {PruneWorld} from './_prune-world.ts';

async function isSound(t: ExecutionContext, world: PruneWorld): Promise<void> {
	const {problems, warnings, unreferencedPacks} = await world.check();
	t.deepEqual({problems, warnings, unreferencedPacks}, {problems: [], warnings: [], unreferencedPacks: {count: 0, bytes: 0}});
}

/** Fails with RepositoryDamaged, and nothing was changed. */
async function refusesUntouched(t: ExecutionContext, world: PruneWorld, words: RegExp): Promise<void> {
	const before = await fingerprint(world);
	const error = await t.throwsAsync(world.prune());
	t.true(isLazaretteError(error, 'RepositoryDamaged'), error?.stack);
	t.regex(error?.message ?? '', words);
	t.is(await fingerprint(world), before);
}

function damage(world: PruneWorld, packId: string, at: number): void {
	const file = join(world.path, packKey(packId));
	chmodSync(file, 0o600);
	const bytes = readFileSync(file);
	bytes[at]! ^= 1;
	writeFileSync(file, bytes);
}

test('what no archive needs is removed, and what one needs stays readable', async t => {
	const world = pruneWorld(t);
	const [used, unused, alone] = [data(), data(), data()];
	const tree = treeOf(used);
	const packs = [await world.pack(used, unused), await world.pack(alone), await world.pack(tree, treeOf(unused))];
	await world.index(...packs);
	await world.archive(tree);
	const stray = await world.pack(data());

	const result = await world.prune({maxUnused: {bytes: 0}});
	t.like(result, {archives: 1, blobs: {used: 2, unused: 3, duplicate: 0}, bytes: {used: used.plain.length + 32 + result.bytes.used - 1032, unusedAfter: 0}});
	t.like(result.packs, {removed: {unused: {count: 1}}, repacked: {partlyUsed: {count: 2}}, unindexed: {count: 1}, written: {count: 2}});
	t.false((await world.keys('data/')).includes(packKey(stray.id)));
	t.is((await world.keys('data/')).length, 2);
	t.is((await world.keys('index/')).length, 1);
	await isSound(t, world);

	const size = async (): Promise<number> => (await world.check()).packBytes;
	t.is(await size(), [...packs, stray].reduce((sum, {file}) => sum + file.size, 0) - result.bytes.freed);
});

test('a second prune finds nothing to do and writes nothing', async t => {
	const world = pruneWorld(t);
	const used = data();
	const tree = treeOf(used);
	await world.index(await world.pack(used, data()), await world.pack(tree));
	await world.archive(tree);
	await world.prune({maxUnused: {bytes: 0}});

	const {storage, counts} = withCounts(world.repository.storage);
	const result = await world.prune({maxUnused: {bytes: 0}}, storage);
	t.is(result.bytes.freed, 0);
	t.deepEqual({put: counts.put.calls, putFile: counts.putFile.calls, remove: counts.remove.calls}, {put: 1, putFile: 0, remove: 1}, 'only its lock');
});

test('a dry run tells what a prune would do, and changes nothing', async t => {
	const world = pruneWorld(t);
	const used = data();
	const tree = treeOf(used);
	await world.index(await world.pack(used, data()), await world.pack(tree), await world.pack(data()));
	await world.archive(tree);
	await world.pack(data());
	const before = await fingerprint(world);
	const planned = await world.prune({dryRun: true, maxUnused: {bytes: 0}});
	t.is(await fingerprint(world), before);
	const done = await world.prune({maxUnused: {bytes: 0}});
	t.deepEqual({...planned, dryRun: false, packs: {...planned.packs, written: done.packs.written}, bytes: {...planned.bytes, freed: done.bytes.freed}}, done);
	t.true(Math.abs(planned.bytes.freed - done.bytes.freed) < 100, 'but for the headers of packs that are not written');
});

test('blobs are copied as they are stored, sealed under the same bytes', async t => {
	const world = pruneWorld(t);
	const used = data(5000);
	const tree = treeOf(used);
	const old = await world.pack(used, data());
	await world.index(old, await world.pack(tree));
	await world.archive(tree);
	const sealed = readFileSync(join(world.path, packKey(old.id))).subarray(0, 5032);
	await world.prune({maxUnused: {bytes: 0}});
	const packs = (await world.keys('data/')).map(key => readFileSync(join(world.path, key)));
	t.true(packs.some(bytes => bytes.includes(sealed)));
});

test('of several copies of a blob one is kept, where something else is used anyway', async t => {
	const world = pruneWorld(t);
	const [twice, used] = [data(), data()];
	const tree = treeOf(twice, used);
	const alone = await world.pack(twice);
	const shared = await world.pack(twice, used);
	await world.index(alone);
	await world.index(shared, await world.pack(tree), await world.pack(tree));
	await world.archive(tree);
	const result = await world.prune();
	t.is(result.blobs.duplicate, 2);
	t.is(result.packs.repacked.partlyUsed.count, 0);
	t.is((await world.keys('data/')).length, 2);
	t.true((await world.keys('data/')).includes(packKey(shared.id)));
	await isSound(t, world);
});

test('a blob whose other copy lies in a pack that stays is not copied', async t => {
	const world = pruneWorld(t);
	const [twice, a, b] = [data(3000), data(500_000), data(10)];
	const tree = treeOf(twice, a, b);
	await world.index(await world.pack(b, twice, data(60_000)), await world.pack(a, twice, data(100)), await world.pack(tree));
	await world.archive(tree);
	const result = await world.prune({smallPackBytes: 0});
	t.is(result.packs.repacked.partlyUsed.count, 1);
	t.is(result.packs.kept.tolerated.count, 1);
	t.true(result.packs.written.bytes < 1000);
	await isSound(t, world);
});

test('what an interrupted prune wrote already is kept instead of the packs it came from', async t => {
	const world = pruneWorld(t);
	const [a, b] = [data(), data()];
	const tree = treeOf(a, b);
	const old = await world.pack(a, data(), b);
	const rewritten = await world.pack(a, b);
	await world.index(old, await world.pack(tree));
	await world.index(rewritten);
	await world.archive(tree);
	const result = await world.prune({maxUnused: {bytes: 0}});
	t.is(result.packs.written.count, 0);
	t.false((await world.keys('data/')).includes(packKey(old.id)));
	await isSound(t, world);
});

test('raw and mixed packs of trees are tidied, and raw trees are compressed', async t => {
	const world = pruneWorld(t);
	const content = data();
	const tree = treeOf(content);
	await world.index(await world.pack(content, {...tree, raw: true}));
	await world.archive(tree);
	const result = await world.prune();
	t.is(result.packs.repacked.mixed.count, 1);
	t.is((await world.keys('data/')).length, 2, 'content and trees in packs of their own');
	await isSound(t, world);
	t.is((await world.prune()).bytes.freed, 0);

	const first = pruneWorld(t, {config: {...world.repository.config, version: 1}});
	await first.index(await first.pack(content), await first.pack({...tree, raw: true}));
	await first.archive(tree);
	t.is((await first.prune()).packs.written.count, 0, 'version 1 of the format knows no compression');
});

test('blobs too large for memory pass in pieces, sealed or to be compressed', async t => {
	const world = pruneWorld(t);
	const large = data(9_000_000);
	const tree = treeOf(large, ...Array.from({length: 60_000}, () => large));
	t.true(tree.plain.length > 8 * 1024 * 1024);
	await world.index(await world.pack(large, data()), await world.pack({...tree, raw: true}));
	await world.archive(tree);
	const result = await world.prune({maxUnused: {bytes: 0}});
	t.is(result.packs.repacked.rawTrees.count, 1);
	t.is(result.packs.repacked.partlyUsed.count, 1);
	t.true((await world.check()).packBytes < 9_500_000);
	await isSound(t, world);
});

test('a blob that is needed and in no index stops the prune before it changes anything', async t => {
	const world = pruneWorld(t);
	const [there, lost] = [data(), data()];
	const tree = treeOf(there, lost);
	await world.index(await world.pack(there, data()), await world.pack(tree));
	await world.pack(lost);
	await world.archive(tree);
	await refusesUntouched(t, world, new RegExp(`tree ${tree.id} needs data blob ${lost.id}`));
});

test('an archive whose tree is lost, or an archive or index that can not be read, stops the prune', async t => {
	const world = pruneWorld(t);
	const tree = treeOf(data());
	await world.index(await world.pack(data()));
	const archive = await world.archive(tree);
	await refusesUntouched(t, world, new RegExp(`archive ${archive.id.slice(0, 8)} needs tree blob ${tree.id}`));
	await world.repository.storage.put(`snapshots/${'a'.repeat(64)}`, randomBytes(200), neverAborts);
	await refusesUntouched(t, world, /snapshots\/aaaa/);
	await world.repository.storage.remove(`snapshots/${'a'.repeat(64)}`, neverAborts);
	await world.repository.storage.put(`index/${'a'.repeat(64)}`, randomBytes(200), neverAborts);
	await refusesUntouched(t, world, /index\/aaaa/);
});

test('a pack that is missing or cut off stops the prune only when something in it is needed', async t => {
	const world = pruneWorld(t);
	const [needed, other] = [data(), data()];
	const tree = treeOf(needed);
	const pack = await world.pack(needed, other);
	const spare = await world.pack(other, data());
	await world.index(pack, spare, await world.pack(tree));
	await world.archive(tree);

	chmodSync(join(world.path, packKey(spare.id)), 0o600);
	writeFileSync(join(world.path, packKey(spare.id)), randomBytes(100));
	t.is((await world.prune({maxUnused: {percent: 100}, smallPackBytes: 0})).packs.removed.unused.count, 1);
	await isSound(t, world);

	const current = (await world.keys('data/')).find(key => key === packKey(pack.id))!;
	const content = readFileSync(join(world.path, current));
	chmodSync(join(world.path, current), 0o600);
	writeFileSync(join(world.path, current), content.subarray(1));
	await refusesUntouched(t, world, new RegExp(`data blob ${needed.id} is needed, but ${current} is ${content.length - 1} bytes long`));
	rmSync(join(world.path, current));
	await refusesUntouched(t, world, new RegExp(`data blob ${needed.id} is needed, but ${current} is missing`));
	const again = await world.pack(needed);
	await world.index(again);
	t.is((await world.prune()).packs.removed.missing.count, 1, 'another copy serves');
	await isSound(t, world);
});

test('a damaged blob is never copied: another copy takes its place, or nothing that is needed goes', async t => {
	const world = pruneWorld(t);
	const used = data();
	const tree = treeOf(used);
	const pack = await world.pack(used, data());
	await world.index(pack, await world.pack(tree));
	await world.archive(tree);
	damage(world, pack.id, 500);
	const error = await t.throwsAsync(world.prune({maxUnused: {bytes: 0}}));
	t.true(isLazaretteError(error, 'RepositoryDamaged'), error?.stack);
	t.regex(error?.message ?? '', new RegExp(`data blob ${used.id} in ${packKey(pack.id)}`));
	t.true((await world.keys('data/')).includes(packKey(pack.id)));

	const copies = pruneWorld(t);
	const [other, common] = [data(), data()];
	const both = treeOf(used, other, common);
	const damaged = await copies.pack(common, used, data());
	await copies.index(damaged, await copies.pack(both), await copies.pack(used, data(), other));
	await copies.archive(both);
	damage(copies, damaged.id, 1500);
	await copies.prune({maxUnused: {bytes: 0}});
	await isSound(t, copies);
});

test('a pack that two index files name in parts is named whole, once', async t => {
	const world = pruneWorld(t);
	const [a, b] = [data(), data()];
	const tree = treeOf(a, b);
	const whole = await world.pack(a, b);
	await world.index(whole, await world.pack(tree));
	await world.index(whole);
	await world.archive(tree);
	t.deepEqual((await world.prune()).indexFiles, {before: 2, rewritten: 2});
	t.is((await world.keys('index/')).length, 1);
	await isSound(t, world);
});

test('a repository without archives is emptied, and a damaged tree stops everything', async t => {
	const world = pruneWorld(t);
	await world.index(await world.pack(data()), await world.pack(treeOf(data())));
	await world.prune();
	t.deepEqual([await world.keys('data/'), await world.keys('index/')], [[], []]);

	const tree = blob('tree', Buffer.from('{"nodes":[{"name":"a","type":"file","content":["00"]}]}\n'));
	await world.index(await world.pack(tree), await world.pack(data()));
	await world.archive(tree);
	await refusesUntouched(t, world, new RegExp(`tree ${tree.id} holds content "00", which is no ID`));
});
